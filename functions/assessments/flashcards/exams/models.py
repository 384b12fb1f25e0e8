"""Plans for exams, as they are stored."""

from datetime import date

from shared.store import Collection, Document


class ExamPlan(Document):
    """The plan of the course whose id it has.

    Only tasks of this `chain` count; the next one plans on the user's day `plans_on`.
    """

    exam: date
    chain: str
    plans_on: date


EXAM_PLANS = Collection("users/{user}/exam_plans", ExamPlan)
