"""The task that makes an archive."""

from typing import ClassVar

from shared.messages import Task


class MakeExport(Task):
    name: ClassVar[str] = "account.export"
    group: ClassVar[str] = "auth"

    user: str
    job: str
