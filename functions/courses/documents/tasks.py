"""Tasks of documents."""

from typing import ClassVar

from functions.courses.rescheduling import RescheduledTask


class PurgeDocument(RescheduledTask):
    """Purge a deleted document from the object store and the retrieval service."""

    name: ClassVar[str] = "document.erase"
    group: ClassVar[str] = "courses"

    user: str
    document: str
