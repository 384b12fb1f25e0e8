"""Tasks of courses."""

from typing import ClassVar

from shared.messages import Task


class PurgeCourse(Task):
    """Purge the documents and sections of a deleted course."""

    name: ClassVar[str] = "course.purge"
    group: ClassVar[str] = "courses"

    user: str
    course: str
