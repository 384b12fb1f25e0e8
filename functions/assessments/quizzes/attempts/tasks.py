"""What an attempt leaves to be done later."""

from typing import ClassVar

from shared.messages import Task


class ExpireAttempt(Task):
    """Complete an attempt whose time is up."""

    name: ClassVar[str] = "attempt.expire"
    group: ClassVar[str] = "assessments"

    user: str
    attempt: str


class GradeAttempt(Task):
    """Have the model grade what no key could."""

    name: ClassVar[str] = "attempt.grade"
    group: ClassVar[str] = "assessments"

    user: str
    attempt: str
