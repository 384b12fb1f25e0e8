"""The chain of reminders of one user, and the tasks it is made of."""

from datetime import date, datetime
from typing import ClassVar

from shared.messages import Task
from shared.store import Collection, Document


class Reminder(Document):
    """`generation` names the one task of the chain that counts: `reminder.send` at `next_at`, which was
    reckoned from `reminder_time` in `timezone`. Where `next_at` is None the chain rests."""

    generation: int = 0
    next_at: datetime | None = None
    reminder_time: str = ""
    timezone: str = ""
    last_sent_on: date | None = None


REMINDERS = Collection("users/{user}/study", Reminder)
REMINDER = "reminder"  # the id of the one document


class ScheduleReminder(Task):
    """Begin the chain, or fit it to changed preferences."""

    name: ClassVar[str] = "reminder.schedule"
    group: ClassVar[str] = "assessments"

    user: str


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
