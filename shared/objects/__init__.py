"""The object store of uploads, originals and exports: a folder with signed links, or an S3-compatible one."""

from shared.objects.protocol import ObjectInfo, ObjectNotFound, Objects, SignedUpload

__all__ = ["ObjectInfo", "ObjectNotFound", "Objects", "SignedUpload"]
