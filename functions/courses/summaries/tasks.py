"""Tasks of summaries."""

from typing import ClassVar

from shared.messages import Task


class RunSummary(Task):
    """Write the summary that a job asks for."""

    name: ClassVar[str] = "summary.run"
    group: ClassVar[str] = "courses"

    user: str
    job: str
