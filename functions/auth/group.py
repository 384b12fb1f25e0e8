"""Table of contents of the auth group: its routes and handlers."""

from functions.auth.accounts.routes import router as accounts
from functions.auth.activity.handlers import handlers as activity_handlers
from functions.auth.activity.routes import router as activity
from functions.auth.dashboard.routes import router as dashboard
from functions.auth.devices.handlers import handlers as device_handlers
from functions.auth.devices.routes import router as devices
from functions.auth.erasure.handlers import handlers as erasure_handlers
from functions.auth.erasure.routes import router as erasure
from functions.auth.export.handlers import handlers as export_handlers
from functions.auth.export.routes import router as export
from functions.auth.feedback.routes import router as feedback
from functions.auth.firebase.routes import router as firebase
from functions.auth.passwords.handlers import handlers as password_handlers
from functions.auth.passwords.routes import router as passwords
from functions.auth.profile.routes import router as profile
from functions.auth.sessions.routes import router as sessions
from functions.auth.tickets.routes import router as tickets
from shared.consumers import Handlers
from shared.group import Group

GROUP = Group(
    name="auth",
    routers=[
        accounts,
        sessions,
        tickets,
        firebase,
        passwords,
        profile,
        activity,
        dashboard,
        feedback,
        devices,
        export,
        erasure,
    ],
    handlers=Handlers().include(
        password_handlers, activity_handlers, device_handlers, export_handlers, erasure_handlers
    ),
    keeps_files=True,
    writes_audit=True,
)
