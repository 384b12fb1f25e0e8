"""Faults that learners have met in study, through the front door and all groups."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.stack import Stack, User, running
from tests.whole.clients import CARDS, expect

V1 = "/api/v1/"


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    async with running(tmp_path, access_token_minutes=60 * 24 * 365) as built:
        yield built


@dataclass
class Student:
    """A user with a course."""

    stack: Stack
    user: User
    course: str = ""

    async def add(self, number: int) -> list[str]:
        self.stack.clock.advance(timedelta(seconds=1))
        bodies = [{"course": self.course, "question": f"Cell {n}?", "answer": "a"} for n in range(number)]
        made = expect(await self.user.http.post(CARDS, json=bodies), 201).json()
        return [card["id"] for card in made]

    async def review(self, card: str, quality: int = 4, **fields: Any) -> dict[str, Any]:
        self.stack.clock.advance(timedelta(seconds=1))
        body = {"quality_response": quality, **fields}
        done: dict[str, Any] = expect(
            await self.user.http.post(f"{CARDS}{card}/review/", json=body), 200
        ).json()
        return done

    async def change(self, path: str, **changes: Any) -> None:
        expect(await self.user.http.patch(f"{V1}{path}", json=changes), 200)
        await self.stack.drain()

    async def list_due(self) -> list[str]:
        due = expect(await self.user.http.get(f"{CARDS}due/", params={"limit": 100}), 200).json()
        return [card["id"] for card in due]

    async def get_streak(self) -> tuple[int, int]:
        shown = expect(await self.user.http.get(f"{V1}accounts/streak/"), 200).json()
        return shown["current"], shown["longest"]


async def begin(stack: Stack, **settings: Any) -> Student:
    student = Student(stack, await stack.sign_up())
    made = expect(await student.user.http.post(f"{V1}courses/", json={"name": "Cells"}), 201).json()
    student.course = made["id"]
    if settings:
        await student.change("accounts/settings/", **settings)
    await stack.drain()
    return student


@pytest.mark.parametrize(("quality", "days"), [(4, 10), (1, 10), (4, 3), (1, 1), (5, 80)])
async def test_an_exam_that_is_set_or_moved_asks_nothing_again_today(
    stack: Stack, quality: int, days: int
) -> None:
    student = await begin(stack)
    for card in await student.add(10):
        await student.review(card, quality)
    for ahead in (days, days + 1, days):
        exam = stack.clock.now().date() + timedelta(days=ahead)
        await student.change(f"courses/{student.course}/", exam_date=exam.isoformat())
        assert await student.list_due() == []


async def review_daily(student: Student, gap: timedelta) -> list[int]:
    (card,) = await student.add(1)
    start, grown = datetime(2026, 4, 1, 20, tzinfo=UTC), []
    for number, quality in enumerate((1, 4, 4, 4, 4)):
        at = start + number * gap
        grown.append((await student.review(card, quality, reviewed_at=at.isoformat()))["interval_days"])
    return grown


async def test_a_card_reviewed_a_little_earlier_each_day_leaves_one_day(stack: Stack) -> None:
    stack.clock.set(datetime(2026, 4, 20, tzinfo=UTC))
    student = await begin(stack, review_scheduler="fsrs")
    daily = await review_daily(student, timedelta(days=1))
    for minutes in (-30, -60, 30):
        assert await review_daily(student, timedelta(days=1, minutes=minutes)) == daily
    assert daily[-1] > 1


async def test_the_evening_and_the_next_morning_are_two_days(stack: Stack) -> None:
    student = await begin(stack, review_scheduler="fsrs")
    (card,) = await student.add(1)
    stack.clock.set(datetime(2026, 3, 2, 21, tzinfo=UTC))
    await student.review(card, 1)
    stack.clock.set(datetime(2026, 3, 3, 8, tzinfo=UTC))
    assert await student.list_due() == [card]
    assert (await student.review(card, 4))["interval_days"] == 2


async def test_reviews_from_before_an_exam_that_is_over_place_no_card_in_the_past(stack: Stack) -> None:
    student = await begin(stack)
    await student.change(f"courses/{student.course}/", exam_date="2026-03-12")
    (card,) = await student.add(1)
    await stack.advance(days=13)
    for day in (4, 5, 6):
        done = await student.review(card, 5, reviewed_at=f"2026-03-{day:02}T12:00:00Z")
    assert done["interval_days"] == 17
    assert "2026-03-21" <= done["next_review_date"][:10] <= "2026-03-25"


async def test_an_answer_and_its_undo_leave_the_streak_of_late_reviews(stack: Stack) -> None:
    stack.clock.set(datetime(2027, 1, 8, 12, tzinfo=UTC))
    student = await begin(stack)
    first, second = await student.add(2)
    for day in (4, 6, 1):
        await student.review(first, 5, reviewed_at=datetime(2027, 1, day, 10, tzinfo=UTC).isoformat())
    assert await student.get_streak() == (2, 2)
    await student.review(second, 5)
    assert await student.get_streak() == (3, 3)
    expect(await student.user.http.post(f"{CARDS}{second}/undo/"), 200)
    assert await student.get_streak() == (2, 2)
