"""Background work for attempts."""

from typing import ClassVar

from shared.messages import Task


class ExpireAttempt(Task):
    """Complete an attempt whose time is up."""

    name: ClassVar[str] = "attempt.expire"
    group: ClassVar[str] = "assessments"

    user: str
    attempt: str


class GradeAttempt(Task):
    """Have the model grade the answers that no key can grade."""

    name: ClassVar[str] = "attempt.grade"
    group: ClassVar[str] = "assessments"

    user: str
    attempt: str
