"""Tasks that carry out plans for exams."""

from datetime import date
from typing import ClassVar

from shared.messages import Task


class PlanExam(Task):
    """Place the cards of a course for the days until the next plan, and schedule that one."""

    name: ClassVar[str] = "exam.plan"
    group: ClassVar[str] = "assessments"

    user: str
    course: str
    chain: str
    day: date
