"""Where uploads are kept while they are under way."""

from functions.courses.uploads.models import Upload
from shared.objects import names
from shared.store import Collection, Ref

UPLOADS = Collection("users/{user}/upload_sessions", Upload)


def upload_ref(upload: Upload) -> Ref[Upload]:
    return UPLOADS.doc(upload.id, user=upload.user)


def build_staging_prefix(upload: Upload) -> str:
    """Below which a client puts the file itself. What a link there may still change is copied before it is
    checked; what comes when nobody looks any more, the bucket removes."""
    if upload.temporary:
        return f"{names.UPLOADS}users/{upload.user}/{upload.id}/"
    return f"users/{upload.user}/uploads/{upload.id}/"
