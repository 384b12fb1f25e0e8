"""Tasks of the chain of reminders; cards enqueue `reminder.schedule`, which is among theirs."""

from datetime import date
from typing import ClassVar

from shared.messages import Task


class SendReminder(Task):
    """Remind of what is due now, and schedule the next reminder."""

    name: ClassVar[str] = "reminder.send"
    group: ClassVar[str] = "assessments"

    user: str
    generation: int


class MailReminder(Task):
    """Send the one mail of the day."""

    name: ClassVar[str] = "reminder.mail"
    group: ClassVar[str] = "assessments"

    user: str
    day: date


class PushReminder(Task):
    """Send the one push of the day, to all of the user's devices."""

    name: ClassVar[str] = "reminder.push"
    group: ClassVar[str] = "assessments"

    user: str
    day: date
