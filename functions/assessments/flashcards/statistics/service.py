"""Statistics from the kept counts: the same one read for ten cards and for a hundred thousand."""

from datetime import date, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.counts import clamp_count, count_due_by, get_count
from functions.assessments.flashcards.cards.models import Difficulty, Mastery
from functions.assessments.flashcards.exams.forecast import Forecast, forecast_exam
from functions.assessments.flashcards.statistics.rules import compute_success_rate, forecast_due
from functions.assessments.flashcards.statistics.schemas import (
    DifficultyCount,
    DueOn,
    ExamForecast,
    FlashcardForecast,
    FlashcardStatistics,
    MasteryCount,
)
from shared.published.flashcards import ALL, CARD_STATS, CardStats
from shared.store import Store


async def statistics(store: Store, *, user_id: str, course: str | None, today: date) -> FlashcardStatistics:
    """Costs 1 read."""
    stats = await _stats(store, user_id, course)
    return FlashcardStatistics(
        total_flashcards=clamp_count(stats.total),
        active_flashcards=clamp_count(stats.active),
        due_flashcards=count_due_by(stats, today),
        mastered_flashcards=get_count(stats.by_mastery, "mastered"),
        average_success_rate=compute_success_rate(stats),
        by_difficulty=[
            DifficultyCount(difficulty_level=level, count=get_count(stats.by_difficulty, level))
            for level in get_args(Difficulty)
        ],
        by_mastery=[
            MasteryCount(level=level, count=get_count(stats.by_mastery, level)) for level in get_args(Mastery)
        ],
    )


async def due_ahead(
    store: Store, *, user_id: str, course: str | None, today: date, days: int, zone: ZoneInfo
) -> FlashcardForecast:
    """Costs 1 read, and what the forecast for the course's exam costs."""
    stats = await _stats(store, user_id, course)
    ahead = [DueOn(date=day, due=due) for day, due in forecast_due(stats, today, days)]
    overdue = count_due_by(stats, today - timedelta(days=1))
    if course is None:
        return FlashcardForecast(days=ahead, overdue=overdue)
    exam = await forecast_exam(store, user_id=user_id, course_id=course, own=stats, today=today, zone=zone)
    return FlashcardForecast(days=ahead, overdue=overdue, exam=exam and _exam_view(exam, today))


def _exam_view(found: Forecast, today: date) -> ExamForecast:
    return ExamForecast(
        date=found.exam,
        days_left=(found.exam - today).days,
        expected_recall_now=round(found.expected.now, 4),
        expected_recall_on_exam_day=round(found.expected.on_exam_day, 4),
        expected_recall_if_nothing_reviewed=round(found.expected.if_nothing_reviewed, 4),
        standard_error=round(found.expected.standard_error, 4),
        cards=found.cards,
        sampled=found.sampled,
    )


async def _stats(store: Store, user_id: str, course: str | None) -> CardStats:
    name = course or ALL
    return await store.get(CARD_STATS.doc(name, user=user_id)) or CardStats(id=name)
