"""The task that a deleted course leaves behind."""

from typing import ClassVar

from shared.messages import Task


class PurgeCourse(Task):
    """Remove what a deleted course held."""

    name: ClassVar[str] = "course.purge"
    group: ClassVar[str] = "courses"

    user: str
    course: str
