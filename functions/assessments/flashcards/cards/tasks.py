"""Tasks that changes of cards ask for."""

from typing import ClassVar

from shared.messages import Task


class PurgeReviews(Task):
    """Delete the reviews of a card that was deleted."""

    name: ClassVar[str] = "reviews.purge"
    group: ClassVar[str] = "assessments"

    user: str
    flashcard: str


class PlaceCards(Task):
    """Give the cards that an earlier version stored their places in the queues."""

    name: ClassVar[str] = "cards.place"
    group: ClassVar[str] = "assessments"

    user: str
    after: str | None = None


class ScheduleReminder(Task):
    """Start or adjust the user's chain of reminders, which `reminders` keeps."""

    name: ClassVar[str] = "reminder.schedule"
    group: ClassVar[str] = "assessments"

    user: str
