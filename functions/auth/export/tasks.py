"""Tasks of exports."""

from typing import ClassVar

from shared.messages import Task


class MakeExport(Task):
    """Make the archive that a job asks for."""

    name: ClassVar[str] = "account.export"
    group: ClassVar[str] = "auth"

    user: str
    job: str
