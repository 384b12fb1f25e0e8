"""Random histories of study, with travels, undos, exams and settings. STUDY_HISTORIES=100 tries as many."""

import os
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from functions.assessments.flashcards.cards.adding import add_cards
from functions.assessments.flashcards.cards.counts import compute_increments
from functions.assessments.flashcards.cards.models import Flashcard, NewCard
from functions.assessments.flashcards.cards.queues import get_group, place_group
from functions.assessments.flashcards.cards.store import FLASHCARDS
from shared.published.flashcards import CardCounts, get_course_stats
from shared.store import Increment, Transaction
from tests.stack import Stack, User, running
from tests.whole.clients import CARDS, expect

ZONES = ("UTC", "Pacific/Auckland", "America/Los_Angeles", "Pacific/Apia", "Europe/Berlin", "Asia/Kolkata")
HISTORIES = int(os.environ.get("STUDY_HISTORIES", "4"))
STEPS = 40
V1 = "/api/v1/"


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    async with running(tmp_path, access_token_minutes=60 * 24 * 365, refresh_token_days=365) as built:
        yield built


@dataclass
class Study:
    """A user with two courses, who takes random steps."""

    stack: Stack
    user: User
    courses: list[str]
    chance: Random
    zone: str = "UTC"
    cards: list[str] = field(default_factory=list)
    notes: int = 0

    @property
    def today(self) -> date:
        return self.stack.clock.now().astimezone(ZoneInfo(self.zone)).date()

    async def get(self, path: str, **params: Any) -> Any:
        return expect(await self.user.http.get(path, params=params), 200).json()

    async def post(self, path: str, body: Any = None, *statuses: int) -> Any:
        return expect(await self.user.http.post(path, json=body), 200, *statuses).json()

    async def patch(self, path: str, body: Any) -> None:
        expect(await self.user.http.patch(path, json=body), 200)
        await self.stack.drain()

    async def list_cards(self) -> list[Flashcard]:
        return await self.stack.services.store.find(FLASHCARDS.query(user=self.user.id))

    async def list_due(self, **params: Any) -> list[str]:
        return [card["id"] for card in await self.get(f"{CARDS}due/", limit=100, **params)]

    async def count_due(self, **params: Any) -> int:
        return int((await self.get(f"{CARDS}stats/", **params))["due_flashcards"])

    async def see(self) -> Any:
        """Return all that the user sees of the cards."""
        cards = {}
        for card in self.cards:
            answer = await self.user.http.get(f"{CARDS}{card}/")
            cards[card] = answer.json()
        shown = [await self.get(f"{CARDS}{name}/") for name in ("stats", "forecast")]
        return cards, shown, await self.list_due()

    # steps

    async def add(self) -> None:
        bodies = [
            {"course": self.chance.choice(self.courses), "question": f"What is {n}?", "answer": "This"}
            for n in range(self.chance.randint(1, 4))
        ]
        made = expect(await self.user.http.post(CARDS, json=bodies), 201).json()
        self.cards += [card["id"] for card in made]

    async def add_note(self) -> None:
        self.notes += 1
        services, course = self.stack.services, self.chance.choice(self.courses)
        now = services.clock.now()
        new = [
            NewCard(course=course, question=f"Gap {n}?", answer="This", note=f"note {self.notes}")
            for n in range(self.chance.randint(2, 4))
        ]

        async def work(tx: Transaction) -> list[Flashcard]:
            return await add_cards(
                tx, user_id=self.user.id, cards=new, ids=services.ids, now=now, today=self.today
            )

        self.cards += [card.id for card in await services.store.transact(work)]

    async def review(self) -> None:
        due = await self.list_due()
        if not due:
            return
        body = {"quality_response": self.chance.choice((1, 3, 4, 4, 5))}
        done = await self.post(f"{CARDS}{due[0]}/review/", body)
        next_day = datetime.fromisoformat(done["next_review_date"]).astimezone(ZoneInfo(self.zone)).date()
        assert next_day >= self.today

    async def review_early(self) -> None:
        card = self.chance.choice(self.cards)
        await self.post(f"{CARDS}{card}/review/", {"quality_response": self.chance.randint(0, 5)})

    async def review_late(self) -> None:
        at = self.stack.clock.now() - timedelta(hours=self.chance.randint(1, 200))
        body = {"quality_response": self.chance.randint(0, 5), "reviewed_at": at.isoformat()}
        await self.post(f"{CARDS}{self.chance.choice(self.cards)}/review/", body)

    async def review_and_undo(self) -> None:
        """An undo gives back exactly what was before."""
        card = self.chance.choice(self.cards)
        before = await self.see()
        await self.post(f"{CARDS}{card}/review/", {"quality_response": self.chance.randint(0, 5)})
        await self.post(f"{CARDS}{card}/undo/")
        assert await self.see() == before

    async def undo(self) -> None:
        await self.post(f"{CARDS}{self.chance.choice(self.cards)}/undo/", None, 409)

    async def put_away(self) -> None:
        action = self.chance.choice(("suspend", "unsuspend", "archive", "unarchive", "bury", "unbury"))
        await self.post(f"{CARDS}{self.chance.choice(self.cards)}/{action}/")

    async def move(self) -> None:
        card, course = self.chance.choice(self.cards), self.chance.choice(self.courses)
        await self.patch(f"{CARDS}{card}/", {"course": course})

    async def delete(self) -> None:
        if len(self.cards) > 3:
            card = self.cards.pop(self.chance.randrange(len(self.cards)))
            expect(await self.user.http.delete(f"{CARDS}{card}/"), 204)

    async def travel(self) -> None:
        self.zone = self.chance.choice(ZONES)
        await self.patch(f"{V1}accounts/profile/", {"timezone": self.zone})

    async def wait(self) -> None:
        await self.stack.advance(hours=self.chance.choice((1, 9, 23, 24, 50)))

    async def set_exam(self) -> None:
        """An exam asks nothing again today that was answered today."""
        answered = {card.id for card in await self.list_cards() if card.schedule.reviewed_on == self.today}
        before = set(await self.list_due())
        days = self.chance.choice((None, 1, 3, 10, 60))
        exam = (self.today + timedelta(days=days)).isoformat() if days else None
        await self.patch(f"{V1}courses/{self.chance.choice(self.courses)}/", {"exam_date": exam})
        assert not answered & (set(await self.list_due()) - before)

    async def choose(self) -> None:
        changes = {
            "new_cards_per_day": self.chance.choice((0, 2, 20)),
            "daily_review_limit": self.chance.choice((2, 200)),
            "relearn_today": self.chance.random() < 0.7,
            "review_scheduler": self.chance.choice(("sm2", "fsrs")),
        }
        await self.patch(f"{V1}accounts/settings/", changes)

    # what is always true

    async def check(self) -> None:
        due = await self.list_due()
        assert len(due) == len(set(due)) == await self.count_due()
        for course in self.courses:
            assert len(await self.list_due(course=course)) == await self.count_due(course=course)
        cards = {card.id: card for card in await self.list_cards()}
        groups = [get_group(cards[card]) or (card, "") for card in due]
        assert len(groups) == len(set(groups)), "one card of a note at a time"
        assert all(cards[card].status == "active" for card in due)
        self._check_places(list(cards.values()))
        everything = None
        for course in self.courses:
            own, everything = await get_course_stats(
                self.stack.services.store, user_id=self.user.id, course_id=course
            )
            assert count(own) == recount(card for card in cards.values() if card.course == course)
        assert everything is not None
        assert count(everything) == recount(cards.values())

    def _check_places(self, cards: list[Flashcard]) -> None:
        groups: dict[tuple[str, str], list[Flashcard]] = {}
        for card in cards:
            groups.setdefault(get_group(card) or (card.id, ""), []).append(card)
        for group in groups.values():
            assert place_group(group) == group


def count(counts: CardCounts) -> Counter[tuple[str, ...]]:
    return flatten(counts.model_dump(include=set(CardCounts.model_fields)))


def recount(cards: Any) -> Counter[tuple[str, ...]]:
    total: Counter[tuple[str, ...]] = Counter()
    for card in cards:
        total.update(flatten(compute_increments(None, card)))
    return total


def flatten(fields: dict[str, Any]) -> Counter[tuple[str, ...]]:
    counts: Counter[tuple[str, ...]] = Counter()
    for name, value in fields.items():
        if isinstance(value, dict):
            counts.update({(name, *path): number for path, number in flatten(value).items()})
        elif amount := value.amount if isinstance(value, Increment) else value:
            counts[name,] = int(amount)
    return counts


async def begin(stack: Stack, seed: int) -> Study:
    user = await stack.sign_up()
    courses = [
        expect(await user.http.post(f"{V1}courses/", json={"name": name}), 201).json()["id"]
        for name in ("Cells", "Tissues")
    ]
    await stack.drain()
    study = Study(stack, user, courses, Random(seed))
    await study.add()
    await study.add_note()
    return study


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(HISTORIES))
async def test_what_is_always_true_of_study_holds(stack: Stack, seed: int) -> None:
    study = await begin(stack, seed)
    steps: list[Callable[[], Awaitable[None]]] = [
        *[study.review] * 6,
        *[study.wait] * 4,
        *[study.review_and_undo] * 2,
        study.add,
        study.add_note,
        study.review_early,
        study.review_late,
        study.undo,
        study.put_away,
        study.move,
        study.delete,
        study.travel,
        study.set_exam,
        study.choose,
    ]
    for _ in range(STEPS):
        stack.clock.advance(timedelta(seconds=1))
        await study.chance.choice(steps)()
        await study.check()
