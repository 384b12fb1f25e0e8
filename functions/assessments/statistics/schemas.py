"""Statistics as answers have them."""

from datetime import date

from functions.assessments.cards.models import Difficulty, Mastery
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


class FlashcardForecast(View):
    """Cards falling due on each day, today first; `overdue` counts those of the days before."""

    days: list[DueOn]
    overdue: int
