"""Where the plan for an exam stands, and the task that carries it on."""

from datetime import date
from typing import ClassVar

from shared.messages import Task
from shared.store import Collection, Document


class ExamPlan(Document):
    """Of the course by whose id it is named. Only the tasks of this `chain` count; the next one plans on the
    user's day `plans_on`."""

    exam: date
    chain: str
    plans_on: date


EXAM_PLANS = Collection("users/{user}/exam_plans", ExamPlan)


class PlanExam(Task):
    """Place the cards of a course for the days until the next plan, and see to that one."""

    name: ClassVar[str] = "exam.plan"
    group: ClassVar[str] = "assessments"

    user: str
    course: str
    chain: str
    day: date
