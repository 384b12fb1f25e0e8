"""What the auth group serves and receives."""

from shared.consumers import Handlers
from shared.group import Group

GROUP = Group(name="auth", routers=[], handlers=Handlers())
