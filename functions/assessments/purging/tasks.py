"""Background work that the deletion of a course asks for."""

from typing import ClassVar

from shared.messages import Task


class PurgeCourse(Task):
    """Delete the cards of a deleted course, and then everything else that it leaves behind."""

    name: ClassVar[str] = "flashcards.purge"
    group: ClassVar[str] = "assessments"

    user: str
    course: str
