"""Open uploads as they are stored."""

from datetime import datetime

from shared.store import Document


class Upload(Document):
    """A file for which quota is reserved; the document made of it has the same id.

    `document` is the result: that document, or an existing one with the same bytes. An upload without result
    is purged after `expires_at`: its quota is released and its objects are deleted. `temporary` uploads send
    their file to a prefix that the bucket expires; those of earlier releases do not.
    """

    user: str
    course: str
    section: str | None
    name: str
    description: str
    file_name: str
    content_type: str
    size: int
    sha256: str
    document: str | None = None
    temporary: bool = False
    created_at: datetime
    expires_at: datetime
