"""The audit log: who did what, in append-only hash chains that a keyed hash protects."""

from shared.audit.chain import count_shards
from shared.audit.keys import AuditKeys
from shared.audit.log import AuditLog
from shared.audit.models import Action, AuditEntry, Detail
from shared.audit.origin import Origin, get_origin, use_origin

__all__ = [
    "Action",
    "AuditEntry",
    "AuditKeys",
    "AuditLog",
    "Detail",
    "Origin",
    "count_shards",
    "get_origin",
    "use_origin",
]
