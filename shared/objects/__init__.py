"""Files: uploads, originals, exports. A folder with signed links, or an S3-compatible store."""

from shared.objects.protocol import ObjectInfo, ObjectNotFound, Objects, SignedUpload

__all__ = ["ObjectInfo", "ObjectNotFound", "Objects", "SignedUpload"]
