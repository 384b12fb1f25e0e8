"""Statistics from the kept counts, at the same cost for ten cards and for a hundred thousand."""

from datetime import date
from itertools import islice
from typing import get_args
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.counts import clamp_count, get_count
from functions.assessments.flashcards.cards.due import enqueue_placing
from functions.assessments.flashcards.cards.models import Difficulty, Mastery
from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.flashcards.exams.forecast import Forecast, forecast_exam
from functions.assessments.flashcards.statistics.rules import compute_success_rate, count_overdue
from functions.assessments.flashcards.statistics.schemas import (
    DifficultyCount,
    DueOn,
    ExamForecast,
    FlashcardForecast,
    FlashcardStatistics,
    MasteryCount,
)
from functions.assessments.flashcards.statistics.workload import expect_workload
from shared.published.due_cards import count_due, lacks_places
from shared.published.flashcards import ALL, CARD_STATS, CardStats, get_course_stats
from shared.store import Store


async def compute_statistics(
    store: Store, *, user_id: str, course: str | None, today: date
) -> FlashcardStatistics:
    """Return counts of all cards, or of one course. Costs 2 reads, 3 for a course."""
    stats, everything = await _get_stats(store, user_id, course)
    state = await get_study_state(store, user_id)
    if lacks_places(everything):
        await enqueue_placing(store, user_id=user_id)
    return FlashcardStatistics(
        total_flashcards=clamp_count(stats.total),
        active_flashcards=clamp_count(stats.active),
        due_flashcards=count_due(stats, everything, state, today).total,
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


async def forecast_cards(
    store: Store, *, user_id: str, course: str | None, today: date, days: int, zone: ZoneInfo
) -> FlashcardForecast:
    """Return the forecast of all cards or of one course.

    Costs 2 reads, 3 for a course, and the forecast of its exam.
    """
    stats, everything = await _get_stats(store, user_id, course)
    state = await get_study_state(store, user_id)
    overdue = count_overdue(stats, everything, state, today)
    due = count_due(stats, everything, state, today).total - overdue
    first, *others = islice(expect_workload(stats, everything, state, today), days)
    ahead = [
        DueOn(date=today, due=due, new=round(first.new), forgotten=0),
        *(
            DueOn(date=each.day, due=round(each.due), new=round(each.new), forgotten=round(each.forgotten))
            for each in others
        ),
    ]
    if course is None:
        return FlashcardForecast(days=ahead, overdue=overdue)
    exam = await forecast_exam(
        store,
        user_id=user_id,
        course_id=course,
        own=stats,
        everything=everything,
        state=state,
        today=today,
        zone=zone,
    )
    return FlashcardForecast(days=ahead, overdue=overdue, exam=exam and _view_exam(exam, today))


def _view_exam(forecast: Forecast, today: date) -> ExamForecast:
    return ExamForecast(
        date=forecast.exam,
        days_left=(forecast.exam - today).days,
        expected_recall_now=round(forecast.expected.now, 4),
        expected_recall_on_exam_day=round(forecast.expected.on_exam_day, 4),
        expected_recall_if_nothing_reviewed=round(forecast.expected.if_nothing_reviewed, 4),
        standard_error=round(forecast.expected.standard_error, 4),
        cards=forecast.cards,
        sampled=forecast.sampled,
    )


async def _get_stats(store: Store, user_id: str, course: str | None) -> tuple[CardStats, CardStats]:
    """Return the counts of the course's cards, or of all, and those of all."""
    if course is not None:
        return await get_course_stats(store, user_id=user_id, course_id=course)
    everything = await store.get(CARD_STATS.doc(ALL, user=user_id)) or CardStats(id=ALL)
    return everything, everything
