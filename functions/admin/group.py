"""Table of contents of the admin group: its routes and handlers."""

from functions.admin.audit.handlers import handlers as audit_handlers
from functions.admin.audit.routes import router as audit
from functions.admin.docs.routes import router as docs
from functions.admin.health.routes import router as health
from functions.admin.home.routes import router as home
from functions.admin.maintenance.handlers import handlers as maintenance
from shared.consumers import Handlers
from shared.group import Group

GROUP = Group(
    name="admin",
    routers=[home, health, docs, audit],
    handlers=Handlers().include(maintenance).include(audit_handlers),
    writes_audit=True,
)
