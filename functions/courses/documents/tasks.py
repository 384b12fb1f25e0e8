"""The task that a removed document leaves behind."""

from typing import ClassVar

from functions.courses.patience import PatientTask


class PurgeDocument(PatientTask):
    """Remove what the object store and the retrieval service have of a document that is gone."""

    name: ClassVar[str] = "document.erase"
    group: ClassVar[str] = "courses"

    user: str
    document: str
