"""The task that ends an upload which nobody completed."""

from typing import ClassVar

from functions.courses.patience import PatientTask


class CloseUpload(PatientTask):
    name: ClassVar[str] = "upload.close"
    group: ClassVar[str] = "courses"

    user: str
    upload: str
