"""Statistics and forecast through the front door."""

import sqlite3
from collections import Counter
from datetime import date, timedelta
from typing import Any

from functions.assessments.flashcards.cards.counts import count_due_by
from functions.assessments.flashcards.cards.models import Flashcard, Schedule
from functions.assessments.flashcards.cards.rules import derive_fields
from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.flashcards.statistics.rules import compute_success_rate, forecast_due
from shared.published.flashcards import ALL, CARD_STATS, CardStats
from shared.store.documents import dump_document
from shared.store.sqlite_codec import encode
from tests.functions.assessments.learners import CARDS, Learner, new_learner

TODAY = date(2026, 3, 2)


async def plant(learner: Learner, number: int) -> None:
    """That many cards and their counts, as if each had been made through the front door."""
    services, now = learner.stack.services, learner.stack.clock.now()
    days = [TODAY + timedelta(days=ahead) for ahead in range(-10, 20)]
    shared: dict[str, Any] = {"course": learner.course, "question": "Why?", "answer": "So", "due_on": TODAY}
    cards = [
        derive_fields(
            Flashcard(id="c", schedule=Schedule(scheduled_on=day), created_at=now, updated_at=now, **shared)
        )
        for day in days
    ]
    texts, collection = [encode(dump_document(card)) for card in cards], FLASHCARDS.path(user=learner.id)
    rows = [
        (f"{collection}/{n:06}", collection, "flashcards", f"{n:06}", texts[n % len(texts)], 1)
        for n in range(number)
    ]

    def insert(db: sqlite3.Connection) -> None:
        db.executemany("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)", rows)

    await services.database.run_atomically(insert)
    due = Counter(days[n % len(days)].isoformat() for n in range(number))
    for name in (ALL, learner.course):
        stats = CardStats(
            id=name, total=number, active=number, by_difficulty={"medium": number},
            by_mastery={"new": number}, due=due,
        )  # fmt: skip
        await services.store.put(CARD_STATS.doc(name, user=learner.id), stats)


async def costs(learner: Learner) -> dict[str, str]:
    paths = (
        "stats/",
        f"stats/?course={learner.course}",
        "forecast/",
        "due/",
        "",
        f"?course={learner.course}",
    )
    answers = {path: await learner.http.get(f"{CARDS}{path}") for path in paths}
    assert all(answer.status_code == 200 for answer in answers.values())
    return {path.partition("=")[0]: answer.headers["X-Store-Cost"] for path, answer in answers.items()}


async def test_it_costs_the_same_for_a_hundred_cards_and_for_fifty_thousand(learner: Learner) -> None:
    other = await new_learner(learner.stack)
    await plant(learner, 100)
    await plant(other, 50_000)
    few, many = await costs(learner), await costs(other)
    assert few == many
    assert many["stats/"] == "reads=3 writes=0 deletes=0 within=yes"
    assert many["forecast/"] == "reads=2 writes=0 deletes=0 within=yes"
    stats, ahead = await other.get("stats/"), await other.get("forecast/", days=1)
    assert stats["due_flashcards"] == ahead["overdue"] + ahead["days"][0]["due"]


async def test_statistics_tell_what_was_done(learner: Learner) -> None:
    cards = [card["id"] for card in await learner.add_many(3, difficulty_level="easy")]
    other = await learner.new_course()
    await learner.add(course=other, difficulty_level="hard")
    await learner.review(cards[0], 4)
    await learner.review(cards[1], 1)
    await learner.post(f"{cards[2]}/archive/")
    assert await learner.get("stats/") == {
        "total_flashcards": 4, "active_flashcards": 3, "due_flashcards": 2, "mastered_flashcards": 0,
        "average_success_rate": 0.5,
        "by_difficulty": [
            {"difficulty_level": "easy", "count": 3},
            {"difficulty_level": "medium", "count": 0},
            {"difficulty_level": "hard", "count": 1},
        ],
        "by_mastery": [
            {"level": "new", "count": 2},
            {"level": "learning", "count": 2},
            {"level": "difficult", "count": 0},
            {"level": "mastered", "count": 0},
        ],
    }  # fmt: skip
    assert (await learner.get("stats/", course=other))["total_flashcards"] == 1
    assert (await learner.get("stats/", course="nowhere"))["total_flashcards"] == 0


async def test_due_by_the_day_of_the_user(learner: Learner) -> None:
    honolulu = await new_learner(learner.stack, timezone="Pacific/Honolulu")
    card = (await honolulu.add())["id"]
    await honolulu.review(card, 4)
    for hours, due in ((21, 0), (1, 1)):  # midnight there is 22 hours from START
        await honolulu.stack.advance(hours=hours)
        assert (await honolulu.get("stats/"))["due_flashcards"] == due
        assert len(await honolulu.get("due/")) == due


async def test_the_forecast_begins_today_and_sums_what_is_overdue(learner: Learner) -> None:
    cards = [card["id"] for card in await learner.add_many(4)]
    await learner.review(cards[0], 4)
    await learner.review(cards[1], 4, reviewed_at="2026-02-10T12:00:00Z")
    given: dict[str, Any] = await learner.get("forecast/", days=3)
    assert given == {
        "days": [
            {"date": "2026-03-02", "due": 2},
            {"date": "2026-03-03", "due": 1},
            {"date": "2026-03-04", "due": 0},
        ],
        "overdue": 1,
        "exam": None,
    }
    assert len((await learner.get("forecast/"))["days"]) == 7
    for days in (0, 366):
        assert (await learner.http.get(f"{CARDS}forecast/", params={"days": days})).status_code == 422


def test_counts_below_nothing_show_as_zero() -> None:
    stats = CardStats(id="all", reviews=2, successes=5, due={"2026-03-01": -1, "2026-03-02": 2})
    assert (count_due_by(stats, TODAY), compute_success_rate(stats)) == (2, 1.0)
    assert forecast_due(stats, date(2026, 3, 1), 2) == [(date(2026, 3, 1), 0), (TODAY, 2)]
