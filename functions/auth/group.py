"""What the auth group serves and receives."""

from functions.auth.accounts.routes import router as accounts
from functions.auth.passwords.handlers import handlers as password_handlers
from functions.auth.passwords.routes import router as passwords
from functions.auth.sessions.routes import router as sessions
from shared.consumers import Handlers
from shared.group import Group

GROUP = Group(
    name="auth",
    routers=[accounts, passwords, sessions],
    handlers=Handlers().include(password_handlers),
)
