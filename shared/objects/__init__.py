"""Files: uploads, originals, exports. A folder with signed links on a laptop, an S3-compatible store in production."""

from shared.objects.protocol import ObjectInfo, ObjectMissing, Objects, SignedUpload

__all__ = ["ObjectInfo", "ObjectMissing", "Objects", "SignedUpload"]
