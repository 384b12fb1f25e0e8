"""An upload that is under way."""

from datetime import datetime

from shared.store import Document


class Upload(Document):
    """What was reserved for a file before it is kept; the document made of it has the same id.

    `document` names what became of it: that document, or the one that held the same bytes already. An upload
    that becomes nothing is closed after `expires_at`: its quota is given back and its objects are removed.
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
    temporary: bool = (
        False  # whether its file comes where the bucket clears up; earlier releases used another place
    )
    created_at: datetime
    expires_at: datetime
