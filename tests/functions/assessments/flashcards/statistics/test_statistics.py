"""Statistics and forecast through the front door."""

import sqlite3
from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from functions.assessments.flashcards.cards.counts import count_due_by
from functions.assessments.flashcards.cards.models import Flashcard, Schedule
from functions.assessments.flashcards.cards.rules import derive_fields
from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.flashcards.statistics.rules import compute_success_rate
from shared.published.flashcards import ALL, CARD_STATS, STATE, STUDY_STATES, CardStats
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
    assert many["stats/"] == many["forecast/"] == "reads=3 writes=0 deletes=0 within=yes"
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
            {"date": "2026-03-02", "due": 2, "new": 2, "forgotten": 0},
            {"date": "2026-03-03", "due": 3, "new": 0, "forgotten": 0},
            {"date": "2026-03-04", "due": 0, "new": 0, "forgotten": 0},
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


async def test_the_forecast_counts_new_cards_day_by_day(learner: Learner) -> None:
    await learner.add_many(50)
    ahead = (await learner.get("forecast/", days=4))["days"]
    assert [day["new"] for day in ahead] == [20, 20, 10, 0]
    assert [day["due"] for day in ahead] == [20, 40, 32, 12]
    assert [day["forgotten"] for day in ahead] == [0, 2, 4, 3]


@pytest.mark.slow
@pytest.mark.parametrize("scheduler", ["sm2", "fsrs"])
async def test_the_forecast_comes_near_what_happens(learner: Learner, scheduler: str) -> None:
    """A learner who knows nine of ten answers, from the first day on."""
    changes = {"scheduler": scheduler, "new_cards_per_day": 15}
    await learner.stack.services.store.merge(STUDY_STATES.doc(STATE, user=learner.id), changes)
    await learner.add_many(75)
    chance, done = Random(7), []
    expected = [day["due"] for day in (await learner.get("forecast/", days=10))["days"]]
    for day in range(10):
        due = [card["id"] for card in await learner.get("due/", limit=100)]
        done.append((await learner.get("stats/"))["due_flashcards"])
        while due:
            reviews = [
                {
                    "flashcard": card,
                    "quality_response": 4 if chance.random() < 0.9 else 1,
                    "client_review_id": f"{day}:{len(done)}:{chance.random()}",
                }
                for card in due
            ]
            await learner.post("reviews/batch/", {"reviews": reviews})
            due = [card["id"] for card in await learner.get("due/", limit=100)]
        await learner.stack.advance(days=1)
    assert sum(expected) == pytest.approx(sum(done), rel=0.2), (expected, done)
    assert all(abs(one - other) <= 6 + 0.3 * other for one, other in zip(expected, done, strict=True))
