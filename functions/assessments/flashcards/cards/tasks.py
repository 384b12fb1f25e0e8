"""What is left to do in the background once a card or a course is gone."""

from typing import ClassVar

from shared.messages import Task


class PurgeReviews(Task):
    """Delete the reviews of a card that was deleted."""

    name: ClassVar[str] = "reviews.purge"
    group: ClassVar[str] = "assessments"

    user: str
    flashcard: str


class PurgeFlashcards(Task):
    """Delete what there is for a deleted course: its cards, and then everything else."""

    name: ClassVar[str] = "flashcards.purge"
    group: ClassVar[str] = "assessments"

    user: str
    course: str
