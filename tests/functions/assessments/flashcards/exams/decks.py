"""Big decks, put into the store past the front door."""

import random
import sqlite3
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from functions.assessments.flashcards.cards.models import Flashcard, Schedule
from functions.assessments.flashcards.cards.rules import derive_fields
from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.flashcards.scheduling.fsrs import Memory, Model
from shared.clock import SeededIds
from shared.published.flashcards import ALL, CARD_STATS, STATE, STUDY_STATES, CardStats
from shared.store.documents import dump_document
from shared.store.sqlite_codec import encode
from tests.functions.assessments.learners import Learner

TODAY = date(2026, 3, 2)
_KINDS = 60


async def plant(learner: Learner, number: int, *, exam: date, limit: int = 30) -> list[Schedule]:
    """That many cards of the learner's course, each known to another degree, one in six new, with their
    counts and the exam; gives the schedules."""
    services, schedules = learner.stack.services, _schedules(number)
    texts = [encode(dump_document(_card(learner.course, each))) for each in schedules[:_KINDS]]
    ids, collection = SeededIds(number), FLASHCARDS.path(user=learner.id)
    names = [ids.new() for _ in range(number)]
    rows = [
        (f"{collection}/{name}", collection, "flashcards", name, texts[n % _KINDS], 1)
        for n, name in enumerate(names)
    ]

    def insert(db: sqlite3.Connection) -> None:
        db.executemany("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)", rows)

    await services.database.run_atomically(insert)
    due = Counter(schedule.scheduled_on.isoformat() for schedule in schedules)
    for name in (ALL, learner.course):
        stats = CardStats(id=name, total=number, active=number, due=due)
        await services.store.put(CARD_STATS.doc(name, user=learner.id), stats)
    state = {"exams": {learner.course: exam}, "daily_review_limit": limit, "reminding": True}
    await services.store.merge(STUDY_STATES.doc(STATE, user=learner.id), state)
    return schedules


def mean_recall(schedules: list[Schedule], day: date) -> float:
    """Over all cards; new ones are not known."""
    known = [
        Model().predict_recall(
            Memory(each.stability, each.difficulty), (day - each.last_reviewed.date()).days
        )
        for each in schedules
        if each.stability and each.difficulty and each.last_reviewed
    ]
    return sum(known) / len(schedules)


def _schedules(number: int) -> list[Schedule]:
    chance = random.Random(7)
    kinds = [_new() if n % 6 == 0 else _seen(chance) for n in range(_KINDS)]
    return [kinds[n % _KINDS] for n in range(number)]


def _new() -> Schedule:
    return Schedule(scheduled_on=TODAY)


def _seen(chance: random.Random) -> Schedule:
    ago, stability = chance.randrange(1, 20), chance.uniform(1, 40)
    last = datetime(2026, 3, 2, 9, tzinfo=UTC) - timedelta(days=ago)
    return Schedule(
        interval_days=round(stability) or 1, repetitions=2, total_reviews=2, successes=2, stability=stability,
        difficulty=chance.uniform(2, 9), last_reviewed=last, last_review="r",
        scheduled_on=last.date() + timedelta(days=round(stability) or 1),
    )  # fmt: skip


def _card(course: str, schedule: Schedule) -> Flashcard:
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    fields: dict[str, Any] = {"course": course, "question": "Why?", "answer": "So", "due_on": TODAY}
    return derive_fields(Flashcard(id="c", schedule=schedule, created_at=now, updated_at=now, **fields))
