"""Events of the audit log."""

from datetime import datetime
from typing import ClassVar

from shared.messages import Event


class AuditHeadsPublished(Event):
    """The heads of the audit log's chains at one time, to be kept outside the store; see AuditPublication."""

    type: ClassVar[str] = "audit.published"

    number: int
    published_at: datetime
    heads: dict[str, str]
    hash: str
