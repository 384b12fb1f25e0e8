"""Attempts as they are stored.

An attempt keeps its questions as they were when it began, in sheets of a bounded size, so that whatever is
done to the quiz later changes nothing in it.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.assessments.quizzes.adaptive.models import Skill, Trial
from functions.assessments.quizzes.grading.models import Given, Mark
from functions.assessments.quizzes.questions.models import QuestionContent
from functions.assessments.quizzes.quizzes.models import QuizType
from shared.store import Document

AttemptStatus = Literal["in_progress", "completed"]


class AttemptQuestion(QuestionContent):
    """A question with its key, its options in the order shown."""

    id: str


class Sheet(Document):
    """Some of an attempt's questions. Its id is the attempt's with the sheet's number; it never changes."""

    attempt: str
    questions: tuple[AttemptQuestion, ...]


class Terms(BaseModel):
    """What the quiz laid down when the attempt began."""

    model_config = ConfigDict(frozen=True)

    quiz_type: QuizType
    passing_score: float
    time_limit_minutes: int | None
    show_results_immediately: bool
    adaptive: bool

    @property
    def shows_results(self) -> bool:
        """Whether a learner hears at once how an answer was."""
        return self.show_results_immediately and self.quiz_type != "exam"


class AttemptItem(BaseModel):
    """A question's place in an attempt: the sheet that has it, and what it tells of the learner. The concept
    of its trial is a number as text: names are as long as users like."""

    model_config = ConfigDict(frozen=True)

    question: str
    points: float
    sheet: int
    trial: Trial
    written: bool  # may come before the model, or a hand


class Answer(Given):
    """`place` counts the answers given; `share` of the points is kept where the learner hears of it at
    once."""

    place: int
    seconds: float = 0.0
    share: float | None = None


class Attempt(Document):
    """`skill` is what was known of the learner at the beginning; `marks`, by question, are there once it is
    completed. The day of its end is reckoned in `timezone`."""

    quiz: str
    course: str
    terms: Terms
    status: AttemptStatus = "in_progress"
    started_at: datetime
    expires_at: datetime | None = None
    completed_at: datetime | None = None
    timezone: str = "UTC"
    items: tuple[AttemptItem, ...]
    sheets: int
    skill: Skill = Skill()
    answers: dict[str, Answer] = Field(default_factory=dict)
    marks: dict[str, Mark] = Field(default_factory=dict)

    @property
    def is_completed(self) -> bool:
        return self.status == "completed"

    @property
    def answered(self) -> int:
        return sum(not answer.is_blank for answer in self.answers.values())

    def item(self, question_id: str) -> AttemptItem | None:
        return next((item for item in self.items if item.question == question_id), None)
