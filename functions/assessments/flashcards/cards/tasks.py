"""Tasks that changes of cards ask for."""

from typing import ClassVar

from shared.messages import Task


class PurgeReviews(Task):
    """Delete the reviews of a card that was deleted."""

    name: ClassVar[str] = "reviews.purge"
    group: ClassVar[str] = "assessments"

    user: str
    flashcard: str


class PurgeFlashcards(Task):
    """Delete the cards of a deleted course, and then everything else that it leaves."""

    name: ClassVar[str] = "flashcards.purge"
    group: ClassVar[str] = "assessments"

    user: str
    course: str


class ScheduleReminder(Task):
    """Start or adjust the user's chain of reminders, which `reminders` keeps."""

    name: ClassVar[str] = "reminder.schedule"
    group: ClassVar[str] = "assessments"

    user: str
