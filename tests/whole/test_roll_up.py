"""Reviews rolled up several at once tell what a plain recount of them tells, whatever happens on the way."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from functions.assessments.flashcards.cards.counts import compute_increments, update_counts
from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.flashcards.reviews.pending import ROLL_UP_DELAY
from functions.assessments.flashcards.reviews.store import REVIEWS
from functions.auth.activity.models import Day
from functions.auth.activity.rules import count_streak, find_milestones
from functions.auth.activity.service import take_reviews
from functions.auth.activity.store import ACHIEVEMENTS, ACTIVITY, DAYS, progress_ref
from shared.errors import ServiceUnavailable
from shared.messages import TaskEnvelope
from shared.published.flashcards import (
    ALL,
    CARD_STATS,
    CardCounts,
    CardStats,
    FlashcardReviewUndone,
    FlashcardsReviewed,
    ReviewFact,
    get_course_stats,
)
from shared.queue import Message
from shared.store import Increment, Meter, Minimum, Transaction, use_meter
from tests.stack import Stack, User, running
from tests.whole.clients import CARDS, expect

STREAK = "/api/v1/accounts/streak/"
COURSES = "/api/v1/courses/"
STEPS = 40


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    async with running(tmp_path, access_token_minutes=60 * 24 * 365) as built:
        yield built


@dataclass
class Reviewer:
    """A user with cards, who has sent `sent`; `announced` are reviews of events of an earlier version."""

    stack: Stack
    user: User
    courses: list[str]
    cards: list[str]
    sent: list[dict[str, Any]] = field(default_factory=list)
    announced: list[tuple[ReviewFact, int]] = field(default_factory=list)

    async def post(self, path: str, body: Any = None, *statuses: int) -> None:
        expect(await self.user.http.post(f"{CARDS}{path}", json=body), 200, *statuses)

    async def review_late(self, chance: random.Random, days: int) -> None:
        now = self.stack.clock.now()
        reviews = [
            {
                "flashcard": chance.choice(self.cards),
                "quality_response": chance.randint(0, 5),
                "response_time_seconds": chance.choice([0.5, 2, 30]),
                "client_review_id": f"{len(self.sent)}:{number}",
                "reviewed_at": (now - timedelta(seconds=chance.randint(0, 86_400 * days))).isoformat(),
            }
            for number in range(chance.randint(1, 4))
        ]
        self.sent += reviews
        await self.post("reviews/batch/", {"reviews": reviews})

    async def announce(self, fact: ReviewFact, sign: int) -> None:
        """Publish the event that an earlier version would have published."""
        self.announced.append((fact, sign))

        async def work(tx: Transaction) -> None:
            if sign > 0:
                tx.publish(FlashcardsReviewed(user=self.user.id, flashcard="card", reviews=(fact,)))
            else:
                tx.publish(FlashcardReviewUndone(user=self.user.id, flashcard="card", review=fact))

        await self.stack.services.store.transact(work)

    async def recount(self) -> dict[date, Day]:
        """Add up the stored reviews and the announced ones by day."""
        days: dict[date, Day] = {}
        facts = [
            (each.day, each.reviewed_at, 0 if each.undone else 1, each.successful, each.response_time_seconds)
            for each in await self.stack.services.store.find(REVIEWS.query(user=self.user.id))
        ]
        facts += [(f.day, f.reviewed_at, sign, f.successful, f.seconds) for f, sign in self.announced]
        for on, at, sign, successful, seconds in facts:
            day = days.get(on) or Day(id=on.isoformat(), day=on)
            changes: dict[str, Any] = {
                "reviews": day.reviews + sign,
                "successes": day.successes + sign * successful,
                "seconds": day.seconds + sign * (seconds or 0.0),
                "first_at": min(at, day.first_at or at),
            }
            days[on] = day.model_copy(update=changes)
        return days


async def new_reviewer(
    stack: Stack, number: int = 4, *, names: Sequence[str] = ("Cells", "Tissues")
) -> Reviewer:
    user = await stack.sign_up()
    courses = [expect(await user.http.post(COURSES, json={"name": name}), 201).json()["id"] for name in names]
    bodies = [
        {"course": courses[n % len(courses)], "question": f"Cell {n}?", "answer": str(n)}
        for n in range(number)
    ]
    cards = expect(await user.http.post(CARDS, json=bodies), 201).json()
    await stack.drain()
    return Reviewer(stack, user, courses, [card["id"] for card in cards])


async def lose_tasks(stack: Stack) -> None:
    """Lose the roll-ups that wait, as a crash does between a commit and the enqueuing of its task."""
    for message in await stack.services.queue.list_waiting():
        if message.name == "activity.roll_up":
            await stack.services.queue.complete(message)


async def repeat_task(stack: Stack, user: User, number: int) -> None:
    envelope = {"id": f"again{number}", "data": {"user": user.id}}
    now = stack.clock.now()
    again = Message(f"again{number}", "task", "auth", "activity.roll_up", envelope, now)
    await stack.services.queue.push([again])
    await stack.drain()


async def live(reviewer: Reviewer, chance: random.Random, *, late_days: int) -> None:
    """Take random steps of a learner, and of what may happen to his messages."""
    for number in range(STEPS):
        if chance.random() < 0.6:
            await study(reviewer, chance, late_days)
        else:
            await disturb(reviewer, chance, number)
        if chance.random() < 0.2:
            await assert_counted(reviewer)


async def study(reviewer: Reviewer, chance: random.Random, late_days: int) -> None:
    card = chance.choice(reviewer.cards)
    match chance.randint(0, 6):
        case 0 | 1 | 2:
            body = {"quality_response": chance.randint(0, 5), "response_time_seconds": 2.5}
            await reviewer.post(f"{card}/review/", body)
        case 3 | 4:
            await reviewer.review_late(chance, late_days)
        case 5 if reviewer.sent:
            again = chance.sample(reviewer.sent, min(3, len(reviewer.sent)))
            await reviewer.post("reviews/batch/", {"reviews": again})
        case _:
            await reviewer.post(f"{card}/undo/", None, 409)


async def disturb(reviewer: Reviewer, chance: random.Random, number: int) -> None:
    stack = reviewer.stack
    match chance.randint(0, 4):
        case 0:
            await stack.advance(minutes=chance.choice([1, 5, 11, 24 * 60, 3 * 24 * 60]))
        case 1:
            expect(await reviewer.user.http.get(STREAK), 200)
        case 2:
            await lose_tasks(stack)
        case 3:
            await repeat_task(stack, reviewer.user, number)
        case _:
            at = stack.clock.now()
            fact = ReviewFact(day=at.date(), reviewed_at=at, successful=True, seconds=4)
            await reviewer.announce(fact, 1)
            if chance.random() < 0.5:
                await reviewer.announce(fact, -1)


async def assert_counted(reviewer: Reviewer) -> None:
    """Compare the counts of cards, whatever is deferred of them, with a recount of the cards."""
    store, user = reviewer.stack.services.store, reviewer.user.id
    everything: CardStats | None = None
    for course in reviewer.courses:
        own, everything = await get_course_stats(store, user_id=user, course_id=course)
        assert count(own) == await count_cards(reviewer, course), course
    if everything is not None:
        assert count(everything) == await count_cards(reviewer, *reviewer.courses)


def count(stats: CardStats) -> Counter[tuple[str, ...]]:
    return flatten(stats.model_dump(include=set(CardCounts.model_fields)))


def flatten(fields: dict[str, Any]) -> Counter[tuple[str, ...]]:
    """Return the counts that are not zero by their path; increments count as their amount."""
    counts: Counter[tuple[str, ...]] = Counter()
    for name, value in fields.items():
        if isinstance(value, dict):
            counts.update({(name, *path): number for path, number in flatten(value).items()})
        elif amount := value.amount if isinstance(value, Increment) else value:
            counts[name,] = int(amount)
    return counts


async def count_cards(reviewer: Reviewer, *courses: str) -> Counter[tuple[str, ...]]:
    counts: Counter[tuple[str, ...]] = Counter()
    for card in await reviewer.stack.services.store.find(FLASHCARDS.query(user=reviewer.user.id)):
        if card.course in courses:
            counts.update(flatten(compute_increments(None, card)))
    return counts


async def assert_recounted(reviewer: Reviewer) -> None:
    """Compare days, progress, activities and achievements with a recount."""
    stack, user = reviewer.stack, reviewer.user
    store = stack.services.store
    await assert_counted(reviewer)
    await stack.drain()
    shown = expect(await user.http.get(STREAK), 200).json()
    expected = await reviewer.recount()
    days = {day.day: day for day in await store.find(DAYS.query(user=user.id))}
    assert days.keys() == expected.keys()
    for day, counted in expected.items():
        assert days[day].seconds == pytest.approx(counted.seconds)
        assert days[day].model_copy(update={"seconds": counted.seconds}) == counted
    active = {day for day, counted in expected.items() if counted.is_active}
    progress = await store.get(progress_ref(user.id))
    assert progress is not None
    assert progress.reviews == sum(day.reviews for day in expected.values())
    assert progress.points == sum(day.successes for day in expected.values())
    assert progress.seconds == pytest.approx(sum(day.seconds for day in expected.values()))
    assert progress.streak.last_active == (max(active) if active else None)
    assert progress.streak == count_streak(active)
    assert shown["longest"] == progress.streak.longest
    entries = await store.find(ACTIVITY.query(user=user.id).where("type", "==", "flashcard_review"))
    told = {entry.metadata["date"]: (entry.metadata["reviews"], entry.created_at) for entry in entries}
    assert told == {
        day.isoformat(): (counted.reviews, counted.first_at)
        for day, counted in expected.items()
        if counted.reviews > 0
    }
    achieved = {each.id: each.achieved_at for each in await store.find(ACHIEVEMENTS.query(user=user.id))}
    reached = find_milestones(active)
    assert achieved == {f"study_streak:{length}": expected[day].first_at for length, day in reached.items()}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
async def test_random_histories_tell_what_a_recount_tells(stack: Stack, seed: int) -> None:
    reviewer = await new_reviewer(stack)
    await live(reviewer, random.Random(seed), late_days=9)
    await assert_recounted(reviewer)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
async def test_histories_without_late_reviews_make_the_streak_of_their_days(stack: Stack, seed: int) -> None:
    reviewer = await new_reviewer(stack)
    await live(reviewer, random.Random(100 + seed), late_days=0)
    await assert_recounted(reviewer)


async def test_views_during_reviews_count_each_once(stack: Stack) -> None:
    """Reviews, views and roll-ups that run at the same time."""
    reviewer = await new_reviewer(stack)
    http, user = reviewer.user.http, reviewer.user.id
    for _ in range(4):
        await asyncio.gather(
            *(http.post(f"{CARDS}{card}/review/", json={"quality_response": 4}) for card in reviewer.cards),
            *(http.get(STREAK) for _ in range(2)),
            *(take_reviews(stack.services, user_id=user) for _ in range(2)),
        )
    await assert_recounted(reviewer)


async def test_a_sitting_is_rolled_up_once_at_half_a_read_and_write_a_review(stack: Stack) -> None:
    reviewer = await new_reviewer(stack, 20, names=["Cells"])
    costs = set()
    for card in reviewer.cards:
        await stack.advance(seconds=15)
        body = {"quality_response": 4, "response_time_seconds": 6}
        answer = expect(await reviewer.user.http.post(f"{CARDS}{card}/review/", json=body), 200)
        costs.add(answer.headers["X-Store-Cost"])
    assert costs == {"reads=4 writes=3 deletes=0 within=yes"}
    waiting = [each for each in await stack.services.queue.list_waiting() if each.name == "activity.roll_up"]
    assert len(waiting) == 1
    meters: list[Meter] = []
    with use_meter(Meter()) as spent:
        await take_reviews(stack.services, user_id=reviewer.user.id)
    meters.append(spent)
    await stack.advance(minutes=20)
    assert (spent.reads, spent.writes, spent.deletes) == (5, 5, 0)
    assert max(spent.reads, spent.writes) / 20 <= 0.5
    assert not [each for each in await stack.services.queue.list_waiting() if each.target == "auth"]
    await assert_recounted(reviewer)


async def test_a_task_that_was_lost_is_replaced_by_a_later_review(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewer = await new_reviewer(stack)
    tasks = stack.services.tasks

    async def refuse(_: list[TaskEnvelope]) -> None:
        raise ServiceUnavailable("no queue")

    with monkeypatch.context() as patch:
        patch.setattr(tasks, "enqueue", refuse)
        await reviewer.post(f"{reviewer.cards[0]}/review/", {"quality_response": 4})
    await stack.advance(seconds=2 * ROLL_UP_DELAY.total_seconds())
    assert await stack.services.store.find(DAYS.query(user=reviewer.user.id)) == []
    await reviewer.post(f"{reviewer.cards[1]}/review/", {"quality_response": 4})
    await stack.advance(seconds=ROLL_UP_DELAY.total_seconds())
    (day,) = await stack.services.store.find(DAYS.query(user=reviewer.user.id))
    assert day.reviews == 2


async def test_reviews_of_more_days_than_one_transaction_takes_are_all_counted(stack: Stack) -> None:
    reviewer = await new_reviewer(stack)
    now = stack.clock.now()
    reviews = [
        {"flashcard": reviewer.cards[0], "quality_response": 4, "reviewed_at": _go_back(now, days)}
        for days in range(130)
    ]
    await reviewer.post("reviews/batch/", {"reviews": reviews})
    await assert_recounted(reviewer)
    stats = await read_stats(reviewer, ALL)
    assert stats is not None
    assert (stats.pending.days, stats.deferred) == ({}, {})


def _go_back(now: datetime, days: int) -> str:
    return (now - timedelta(days=days)).isoformat()


async def test_a_course_deleted_before_the_roll_up_leaves_no_counts(stack: Stack) -> None:
    reviewer = await new_reviewer(stack)
    gone, left = reviewer.courses
    for card in reviewer.cards:
        await reviewer.post(f"{card}/review/", {"quality_response": 4})
    expect(await reviewer.user.http.delete(f"{COURSES}{gone}/"), 204)
    reviewer.courses = [left]
    await assert_counted(reviewer)
    await take_reviews(stack.services, user_id=reviewer.user.id)
    await assert_counted(reviewer)
    assert await read_stats(reviewer, gone) is None


async def test_a_course_deleted_by_an_earlier_version_leaves_no_counts(stack: Stack) -> None:
    """It knows nothing of deferred counts, so the roll-up removes them."""
    reviewer = await new_reviewer(stack)
    gone, left = reviewer.courses
    own = await read_stats(reviewer, gone)
    assert own is not None
    for card in reviewer.cards:
        await reviewer.post(f"{card}/review/", {"quality_response": 4})

    async def forget(tx: Transaction) -> None:
        negated: dict[str, Any] = {}
        for name, value in own.model_dump(include=set(CardCounts.model_fields)).items():
            counts = value if isinstance(value, dict) else {"": value}
            changes = {key: Increment(-number) for key, number in counts.items()}
            if changes:
                negated[name] = changes if isinstance(value, dict) else changes[""]
        tx.merge(CARD_STATS.doc(ALL, user=reviewer.user.id), negated)
        tx.delete(CARD_STATS.doc(gone, user=reviewer.user.id))

    await stack.services.store.transact(forget)
    reviewer.courses = [left]
    await take_reviews(stack.services, user_id=reviewer.user.id)
    await assert_counted(reviewer)
    assert await read_stats(reviewer, gone) is None


async def test_pending_reviews_that_change_no_count_leave_what_is_deferred(stack: Stack) -> None:
    """An empty map would replace it."""
    reviewer = await new_reviewer(stack)
    await reviewer.post(f"{reviewer.cards[0]}/review/", {"quality_response": 4})
    card = await stack.services.store.get(FLASHCARDS.doc(reviewer.cards[0], user=reviewer.user.id))
    assert card is not None

    async def work(tx: Transaction) -> None:
        pending = {"since": Minimum(0)}
        update_counts(tx, user_id=reviewer.user.id, changes=[(card, card)], pending=pending)

    await stack.services.store.transact(work)
    await assert_counted(reviewer)


async def read_stats(reviewer: Reviewer, name: str) -> CardStats | None:
    return await reviewer.stack.services.store.get(CARD_STATS.doc(name, user=reviewer.user.id))


async def test_a_user_who_is_gone_leaves_no_days(stack: Stack) -> None:
    reviewer = await new_reviewer(stack)
    await reviewer.post(f"{reviewer.cards[0]}/review/", {"quality_response": 4})
    await repeat_task(stack, User(reviewer.user.http, "nobody-at-all", "", "", ""), 1)
    assert await stack.services.store.find(DAYS.query(user="nobody-at-all")) == []
