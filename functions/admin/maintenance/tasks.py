"""Scheduled tasks."""

from typing import ClassVar

from shared.messages import Task


class SweepOutbox(Task):
    """Send the messages that a crash or an outage of any group left in the outbox."""

    name: ClassVar[str] = "outbox.sweep"
    group: ClassVar[str] = "admin"
