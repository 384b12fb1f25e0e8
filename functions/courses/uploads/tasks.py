"""Tasks of uploads."""

from typing import ClassVar

from functions.courses.documents.models import CourseDocument
from functions.courses.documents.store import DOCUMENTS
from functions.courses.rescheduling import RescheduledTask
from shared.store import Ref


class PurgeUpload(RescheduledTask):
    """Purge an upload after its time, with its files and its quota if it was not completed."""

    name: ClassVar[str] = "upload.close"
    group: ClassVar[str] = "courses"

    user: str
    upload: str


class PurgeFile(RescheduledTask):
    """Purge a file that a replaced document may have left behind."""

    name: ClassVar[str] = "file.tidy"
    group: ClassVar[str] = "courses"

    user: str
    document: str
    key: str

    @property
    def ref(self) -> Ref[CourseDocument]:
        """The document that had the file."""
        return DOCUMENTS.doc(self.document, user=self.user)
