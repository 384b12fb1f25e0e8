"""Attempts as they are stored.

An attempt keeps a copy of its questions, in sheets of a bounded size, so that later changes of the quiz do
not affect it. A few short questions stand in the attempt itself too, which saves reading a sheet for each
answer; earlier versions read sheets only.
"""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.assessments.quizzes.adaptive.models import Skill, Trial
from functions.assessments.quizzes.grading.models import AnswerContent, Mark
from functions.assessments.quizzes.questions.models import QuestionContent
from functions.assessments.quizzes.quizzes.models import QuizType
from shared.store import Document

AttemptStatus = Literal["in_progress", "completed"]


class AttemptQuestion(QuestionContent):
    """A question with its key, its options in the order shown."""

    id: str


class Sheet(Document):
    """Some of an attempt's questions, which never change. Its id is the attempt's with the sheet's number."""

    attempt: str
    questions: tuple[AttemptQuestion, ...]


class Terms(BaseModel):
    """The settings of the quiz when the attempt began."""

    model_config = ConfigDict(frozen=True)

    quiz_type: QuizType
    passing_score: float
    time_limit_minutes: int | None
    show_results_immediately: bool
    adaptive: bool

    @property
    def shows_results(self) -> bool:
        """True if a learner sees the mark of an answer at once."""
        return self.show_results_immediately and self.quiz_type != "exam"


class AttemptItem(BaseModel):
    """A question of an attempt: its sheet, and its trial for the learner's ratings.

    The concept of the trial is a number as text, because names can be long.
    """

    model_config = ConfigDict(frozen=True)

    question: str
    points: float
    sheet: int
    trial: Trial
    written: bool  # may be graded by the model or by hand


class Answer(AnswerContent):
    """An answer of an attempt.

    `place` is its number in the order given. A learner who sees at once which `share` of the points it earned
    may correct it: ratings and statistics learn from the first answer, whose share, place and options stay.
    These two are None in attempts of earlier versions; the share is None where it is not shown.
    """

    place: int
    seconds: float = 0.0
    share: float | None = None
    first_place: int | None = None
    first_options: tuple[str, ...] | None = None

    @property
    def rated_place(self) -> int:
        return self.place if self.first_place is None else self.first_place

    @property
    def rated_options(self) -> tuple[str, ...]:
        return self.selected_options if self.first_options is None else self.first_options


class Attempt(Document):
    """An attempt at a quiz.

    `questions` are those of its sheets, or none where they are large or an earlier version began the attempt.
    `skill` is the learner's at the beginning; `marks`, by question, are set on completion. `timezone` decides
    the day of completion.
    """

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
    questions: tuple[AttemptQuestion, ...] = ()
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
