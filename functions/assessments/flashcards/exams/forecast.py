"""The forecast for a course's exam, at the same cost for ten cards and for a hundred thousand."""

import asyncio
import random
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.exams.capacity import compute_capacity
from functions.assessments.flashcards.exams.rules import list_days
from functions.assessments.flashcards.exams.simulation import ExpectedRecall, Scenario, simulate_exam
from functions.assessments.flashcards.exams.snapshot import DeckSnapshot, query_active
from functions.assessments.flashcards.scheduling.fsrs import Model
from shared.clock import derive_id
from shared.published.courses import COURSE_SUMMARIES
from shared.published.flashcards import CardStats, StudyState
from shared.store import Store
from shared.store.meter import note_items
from shared.store.query import Cursor

MAX_SAMPLE_CARDS = 200


@dataclass(frozen=True)
class Forecast:
    """The forecast for an exam, from a sample of `sampled` of the `cards` in study."""

    exam: date
    cards: int
    sampled: int
    expected: ExpectedRecall


async def forecast_exam(
    store: Store,
    *,
    user_id: str,
    course_id: str,
    own: CardStats,
    everything: CardStats,
    state: StudyState,
    today: date,
    zone: ZoneInfo,
) -> Forecast | None:
    """Return the forecast, or None without an exam to come; `own` are the counts of the course's cards.

    Costs 1 read; with an exam up to 3, and 1 for each card sampled.
    """
    # The state learns of a date that was just set a moment later than the course.
    course = await store.get(COURSE_SUMMARIES.doc(course_id, user=user_id))
    exam = (course.exam_date if course else None) or state.exams.get(course_id)
    if exam is None or exam <= today or course_id in state.forgotten_courses:
        return None
    seed = derive_id("exam forecast", user_id, course_id, today.isoformat())
    start = seed if own.active > MAX_SAMPLE_CARDS else None
    sample = DeckSnapshot.of(await _sample_cards(store, user_id, course_id, start), zone)
    cards = max(own.active, len(sample))
    scenario = Scenario(
        today=today,
        exam=exam,
        capacity=compute_capacity(list_days(today, exam), everything=everything, own=own, state=state),
        limit=state.daily_review_limit,
        new_per_day=state.new_cards_per_day,
        desired_retention=state.desired_retention,
        model=Model.of(state.weights),
    )
    chance = random.Random(seed)  # noqa: S311 - the same all day, so that a forecast asked for again agrees
    expected = await asyncio.to_thread(
        lambda: simulate_exam(sample, cards=cards, scenario=scenario, chance=chance)
    )
    return Forecast(exam, cards, len(sample), expected)


async def _sample_cards(store: Store, user_id: str, course_id: str, start: str | None) -> list[Flashcard]:
    """Ids are random: the cards that follow a random one, and then the first, are a fair sample."""
    query = query_active(user_id, course_id).limit(MAX_SAMPLE_CARDS)
    cards = await store.find(query.after(Cursor((), start) if start else None))
    if start and len(cards) < MAX_SAMPLE_CARDS:
        cards += await store.find(query.limit(MAX_SAMPLE_CARDS - len(cards)))
    note_items(len(cards))
    return list({card.id: card for card in cards}.values())
