"""Tasks that changes of cards ask for."""

from typing import ClassVar

from shared.messages import Task


class PurgeReviews(Task):
    """Delete the reviews of a card that was deleted."""

    name: ClassVar[str] = "reviews.purge"
    group: ClassVar[str] = "assessments"

    user: str
    flashcard: str


class ScheduleReminder(Task):
    """Start or adjust the user's chain of reminders, which `reminders` keeps."""

    name: ClassVar[str] = "reminder.schedule"
    group: ClassVar[str] = "assessments"

    user: str
