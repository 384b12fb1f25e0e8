"""Tasks of sections."""

from typing import ClassVar

from shared.messages import Task


class PurgeSection(Task):
    """Take the documents of a deleted section out of it."""

    name: ClassVar[str] = "section.clear"
    group: ClassVar[str] = "courses"

    user: str
    course: str
    section: str
