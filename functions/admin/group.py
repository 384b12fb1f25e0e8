"""What the admin group serves."""

from functions.admin.docs.routes import router as docs
from functions.admin.health.routes import router as health
from shared.consumers import Handlers
from shared.group import Group

GROUP = Group(name="admin", routers=[health, docs], handlers=Handlers())
