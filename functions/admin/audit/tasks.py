"""Scheduled tasks."""

from typing import ClassVar

from shared.messages import Task


class PublishAuditHeads(Task):
    """Publish the heads of the audit log's chains, so that a later cut of their ends is found."""

    name: ClassVar[str] = "audit.publish"
    group: ClassVar[str] = "admin"
