"""The forecast for a course's exam, at the same cost for ten cards and for a hundred thousand."""

import asyncio
import random
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.store import study_state
from functions.assessments.flashcards.exams.capacity import room_for
from functions.assessments.flashcards.exams.memory import model_of
from functions.assessments.flashcards.exams.rules import days_between
from functions.assessments.flashcards.exams.simulation import Expected, Study, expected
from functions.assessments.flashcards.exams.snapshot import deck_of, in_study
from shared.clock import derived_id
from shared.published.courses import COURSE_SUMMARIES
from shared.published.flashcards import ALL, CARD_STATS, CardStats
from shared.store import Store
from shared.store.meter import note_items
from shared.store.query import Cursor

SAMPLE = 200


@dataclass(frozen=True)
class Forecast:
    """Of `cards` in study, `sampled` were looked at."""

    exam: date
    cards: int
    sampled: int
    expected: Expected


async def exam_forecast(
    store: Store, *, user_id: str, course_id: str, own: CardStats, today: date, zone: ZoneInfo
) -> Forecast | None:
    """None without an exam to come. Costs 2 reads; where there is an exam, up to 5 and 1 for each card
    sampled."""
    state = await study_state(store, user_id)
    # Of a date that was just set, the state is told a moment later.
    course = await store.get(COURSE_SUMMARIES.doc(course_id, user=user_id))
    exam = (course.exam_date if course else None) or state.exams.get(course_id)
    if exam is None or exam <= today or course_id in state.forgotten_courses:
        return None
    everything = await store.get(CARD_STATS.doc(ALL, user=user_id))
    seed = derived_id("exam forecast", user_id, course_id, today.isoformat())
    start = seed if own.active > SAMPLE else None
    sample = deck_of(await _sample(store, user_id, course_id, start), zone)
    cards = max(own.active, len(sample))
    study = Study(
        today=today,
        exam=exam,
        room=room_for(days_between(today, exam), everything=everything, own=own, state=state),
        limit=state.daily_review_limit,
        desired_retention=state.desired_retention,
        model=model_of(state.weights),
    )
    chance = random.Random(seed)  # noqa: S311 - the same all day, so that a forecast asked for again agrees
    found = await asyncio.to_thread(lambda: expected(sample, cards=cards, study=study, chance=chance))
    return Forecast(exam, cards, len(sample), found)


async def _sample(store: Store, user_id: str, course_id: str, start: str | None) -> list[Flashcard]:
    """Ids are random: the cards that follow a random one, and then the first, are a fair sample."""
    query = in_study(user_id, course_id).limit(SAMPLE)
    found = await store.find(query.after(Cursor((), start) if start else None))
    if start and len(found) < SAMPLE:
        found += await store.find(query.limit(SAMPLE - len(found)))
    note_items(len(found))
    return list({card.id: card for card in found}.values())
