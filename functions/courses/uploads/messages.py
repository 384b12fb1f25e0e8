"""The task that ends an upload which nobody completed."""

from typing import ClassVar

from shared.messages import Task


class CloseUpload(Task):
    name: ClassVar[str] = "upload.close"
    group: ClassVar[str] = "courses"

    user: str
    upload: str
