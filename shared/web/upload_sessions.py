"""Upload sessions: a client sends a file directly to the object store by a signed link, then says so."""

from datetime import timedelta

from pydantic import Field

from shared.errors import Conflict, NotFound
from shared.objects.protocol import SignedUpload
from shared.web.schemas import Instant, View

UPLOAD_LIFETIME = timedelta(hours=1)
GRACE = timedelta(minutes=15)  # a completion that started in time may still be running


class UploadNotFound(NotFound):
    """No open upload has this id."""

    message = "There is no such upload, or it has expired; start a new one"


class FileNotArrived(Conflict):
    """The upload was completed before its file was sent."""

    message = "The file has not been uploaded yet; send it to the upload link first"


class UploadSessionView(View):
    """An open upload session.

    Send the file by `method` to `url` with exactly these `headers`, or as a form with these `fields` before
    the file; then POST `complete_url`.
    """

    upload_id: str
    method: str = Field(examples=["PUT"])
    url: str
    headers: dict[str, str]
    fields: dict[str, str]
    expires_at: Instant
    complete_url: str


def view_session(upload_id: str, link: SignedUpload, *, complete_url: str) -> UploadSessionView:
    """Return the view of a session that was just opened."""
    return UploadSessionView(
        upload_id=upload_id,
        method=link.method,
        url=link.url,
        headers=link.headers,
        fields=link.fields,
        expires_at=link.expires_at,
        complete_url=complete_url,
    )
