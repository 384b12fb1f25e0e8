"""Background work that an appeal asks for."""

from typing import ClassVar

from shared.messages import Task


class RegradeAnswer(Task):
    """Have the model grade an answer again after an appeal."""

    name: ClassVar[str] = "answer.regrade"
    group: ClassVar[str] = "assessments"

    user: str
    attempt: str
    question: str
