"""Collection of open uploads, and the keys of their files."""

from functions.courses.uploads.models import Upload
from shared.objects import names
from shared.store import Collection, Ref

UPLOADS = Collection("users/{user}/upload_sessions", Upload)


def upload_ref(upload: Upload) -> Ref[Upload]:
    """Return an upload under its owner."""
    return UPLOADS.doc(upload.id, user=upload.user)


def build_staging_prefix(upload: Upload) -> str:
    """Build the prefix to which a client sends the file.

    A link may still change the file there, so it is copied before it is checked. The bucket expires what
    arrives after the upload has ended.
    """
    if upload.temporary:
        return f"{names.UPLOADS}users/{upload.user}/{upload.id}/"
    return f"users/{upload.user}/uploads/{upload.id}/"
