"""Response bodies of statistics."""

from datetime import date

from functions.assessments.flashcards.cards.models import Difficulty, Mastery
from shared.web.schemas import View


class DifficultyCount(View):
    """The number of cards of one difficulty."""

    difficulty_level: Difficulty
    count: int


class MasteryCount(View):
    """The number of cards at one level of mastery."""

    level: Mastery
    count: int


class FlashcardStatistics(View):
    """Counts of cards.

    `due_flashcards` are as many as the list of due cards shows today; the levels add up to
    `total_flashcards`.
    """

    total_flashcards: int
    active_flashcards: int
    due_flashcards: int
    mastered_flashcards: int
    average_success_rate: float
    by_difficulty: list[DifficultyCount]
    by_mastery: list[MasteryCount]


class DueOn(View):
    """The number of cards to study on a day, with `new` ones and those expected to be `forgotten` before."""

    date: date
    due: int
    new: int
    forgotten: int


class ExamForecast(View):
    """Expected recall, the mean over the active cards of the course.

    It is given for today, for the exam day if the plan is followed, and for that day if nothing more is
    reviewed. It is estimated from `sampled` of the `cards`, hence the `standard_error`.
    """

    date: date
    days_left: int
    expected_recall_now: float
    expected_recall_on_exam_day: float
    expected_recall_if_nothing_reviewed: float
    standard_error: float
    cards: int
    sampled: int


class FlashcardForecast(View):
    """Cards to study on each day, today first, if each day all are done.

    The days after today are expected from the learner's share of right answers. `overdue` counts those of the
    days before today, which today's number leaves out.

    `exam` is that of the course, if `course` is given and has an exam to come.
    """

    days: list[DueOn]
    overdue: int
    exam: ExamForecast | None = None
