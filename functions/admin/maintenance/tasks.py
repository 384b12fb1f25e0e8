"""Tasks of the clock."""

from typing import ClassVar

from shared.messages import Task


class SweepOutbox(Task):
    """Send what any group's crash or outage left in the outbox."""

    name: ClassVar[str] = "outbox.sweep"
    group: ClassVar[str] = "admin"
