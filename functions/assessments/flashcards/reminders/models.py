"""The chain of reminders of one user, as it is stored."""

from datetime import date, datetime

from shared.store import Collection, Document


class Reminder(Document):
    """The state of the chain.

    `generation` names the one task of the chain that counts: `reminder.send` at `next_at`, which was computed
    from `reminder_time` in `timezone`. The chain is paused while `next_at` is None.
    """

    generation: int = 0
    next_at: datetime | None = None
    reminder_time: str = ""
    timezone: str = ""
    last_sent_on: date | None = None


REMINDER = "reminder"  # the id of the one document
REMINDERS = Collection("users/{user}/study", Reminder, only=REMINDER)
