"""Statistics as answers have them."""

from datetime import date

from functions.assessments.flashcards.cards.models import Difficulty, Mastery
from shared.web.schemas import View


class DifficultyCount(View):
    difficulty_level: Difficulty
    count: int


class MasteryCount(View):
    level: Mastery
    count: int


class FlashcardStatistics(View):
    """`due_flashcards` counts active cards due today or before; the levels add up to `total_flashcards`."""

    total_flashcards: int
    active_flashcards: int
    due_flashcards: int
    mastered_flashcards: int
    average_success_rate: float
    by_difficulty: list[DifficultyCount]
    by_mastery: list[MasteryCount]


class DueOn(View):
    date: date
    due: int


class ExamForecast(View):
    """Expected recall, the mean over the course's active cards: today, on the exam day if the plan is
    followed, and on it if nothing more is reviewed. `sampled` of the `cards` were looked at, hence the
    `standard_error`."""

    date: date
    days_left: int
    expected_recall_now: float
    expected_recall_on_exam_day: float
    expected_recall_if_nothing_reviewed: float
    standard_error: float
    cards: int
    sampled: int


class FlashcardForecast(View):
    """Cards falling due on each day, today first; `overdue` counts those of the days before. `exam` is the
    course's, where it has one to come and `course` is given."""

    days: list[DueOn]
    overdue: int
    exam: ExamForecast | None = None
