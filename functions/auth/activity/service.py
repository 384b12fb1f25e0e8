"""Use cases of activity: record events, read days and progress."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from functions.auth.activity.days import (
    Change,
    Sign,
    add_quiz,
    add_reviews,
    build_reviews_entry,
    needs_recount,
    sum_reviews,
    update_progress,
)
from functions.auth.activity.models import Achievement, ActivityEntry, Day, Progress, Streak
from functions.auth.activity.rules import RECOUNT_PERIOD, list_milestones
from functions.auth.activity.store import (
    ACTIVITY,
    achievement_ref,
    build_empty_progress,
    day_ref,
    progress_ref,
    query_days,
    reviews_entry_ref,
)
from functions.auth.users.store import find_user
from shared.clock import derive_id
from shared.consumers import Delivery
from shared.published.flashcards import ALL, CARD_STATS, ReviewFact, ReviewSums, take_pending_reviews
from shared.published.quizzes import QuizAttemptCompleted
from shared.services import Services
from shared.store import Cost, Store, Transaction
from shared.store.meter import note_items

ROLL_UP = Cost(
    reads=4,
    writes=2,
    reads_per_item=1,
    writes_per_item=2,
    note="1 read where no reviews wait to be counted; items are their days, the days of a recount of the "
    "streak, and new achievements",
)
_MAX_DAYS = 100  # counted in one transaction


async def roll_up_reviews(services: Services, *, user_id: str) -> None:
    """Count the pending reviews, if there are any, in days, progress, activities and achievements.

    Every view of these calls this first, so that none depends on when the task runs. Costs `ROLL_UP`.
    """
    stats = await services.store.get(CARD_STATS.doc(ALL, user=user_id))
    if stats is not None and stats.pending.days:
        await take_reviews(services, user_id=user_id)


async def take_reviews(services: Services, *, user_id: str) -> None:
    """Count the pending reviews as `roll_up_reviews` does, without a look beforehand."""

    async def work(tx: Transaction) -> int:
        if await find_user(tx, user_id) is None:
            return 0
        pending = await take_pending_reviews(tx, user_id, limit=_MAX_DAYS)
        if pending:
            await _save(tx, user_id, await _load_changes(tx, user_id, pending), services.clock.now())
        return len(pending)

    while await services.store.transact(work) == _MAX_DAYS:
        pass


async def record_reviews(
    services: Services, delivery: Delivery, *, user_id: str, facts: Sequence[ReviewFact], sign: Sign
) -> None:
    """Record reviews (`sign` 1), or take back one that was undone (-1), of an earlier version's event."""

    async def work(tx: Transaction) -> None:
        if await find_user(tx, user_id) is None or not await delivery.claim(tx):
            return
        changes = await _load_changes(tx, user_id, sum_reviews(facts, sign))
        await _save(tx, user_id, changes, services.clock.now())

    await services.store.transact(work)


async def record_quiz(services: Services, delivery: Delivery, event: QuizAttemptCompleted) -> None:
    """Count an attempt at a quiz as study of its day, and add it to the list of activities."""
    entry_id = derive_id("activity", delivery.event_id)
    entry = ActivityEntry(
        id=entry_id,
        type="quiz_completed",
        title=f"Completed a quiz with {event.percentage:g} %",
        created_at=event.completed_at,
        metadata={"course_id": event.course, "quiz_id": event.quiz, "attempt_id": event.attempt},
    )

    async def work(tx: Transaction) -> None:
        if await find_user(tx, event.user) is None or not await delivery.claim(tx):
            return
        day = await tx.get(day_ref(event.user, event.day))
        day = day or Day(id=event.day.isoformat(), day=event.day)
        seconds = sum(fact.seconds for fact in event.questions)
        change = add_quiz(day, completed_at=event.completed_at, seconds=seconds)
        await _save(tx, event.user, [change], services.clock.now())
        tx.put(ACTIVITY.doc(entry_id, user=event.user), entry)

    await services.store.transact(work)


async def _save(tx: Transaction, user_id: str, changes: list[Change], now: datetime) -> None:
    before = await tx.get(progress_ref(user_id)) or build_empty_progress()
    recent = await _load_recount_days(tx, user_id, before, changes)
    after = update_progress(before, changes, recent)
    tx.put(progress_ref(user_id), after)
    for change in changes:
        _put_day(tx, user_id, change)
    _update_achievements(tx, user_id, before.streak, after.streak, now)


async def _load_changes(tx: Transaction, user_id: str, sums: Mapping[date, ReviewSums]) -> list[Change]:
    dates = sorted(sums)
    note_items(len(dates))
    stored = await tx.get_many([day_ref(user_id, day) for day in dates])
    days = [existing or Day(id=day.isoformat(), day=day) for day, existing in zip(dates, stored, strict=True)]
    return [add_reviews(day, sums[day.day]) for day in days]


async def _load_recount_days(
    tx: Transaction, user_id: str, progress: Progress, changes: Sequence[Change]
) -> list[Day]:
    """Load the days that a recount needs, if one is needed."""
    if not needs_recount(progress, changes):
        return []
    first = min(change.after.day for change in changes)
    days = await tx.find(query_days(user_id, first - RECOUNT_PERIOD))
    note_items(max(1, len(days)))
    return days


def _put_day(tx: Transaction, user_id: str, change: Change) -> None:
    day, ref = change.after, reviews_entry_ref(user_id, change.after.day)
    tx.put(day_ref(user_id, day.day), day)
    if day.reviews > 0:
        tx.put(ref, build_reviews_entry(day, entry_id=ref.id))
    elif change.before.reviews > 0:
        tx.delete(ref)


def _update_achievements(tx: Transaction, user_id: str, before: Streak, after: Streak, now: datetime) -> None:
    reached = list_milestones(above=before.longest, up_to=after.longest)
    lost = list_milestones(above=after.longest, up_to=before.longest)
    note_items(len(reached) + len(lost))
    for length in reached:
        ref = achievement_ref(user_id, days_in_a_row=length)
        title = f"{length}-day study streak!"
        tx.put(ref, Achievement(id=ref.id, type="study_streak", title=title, achieved_at=now))
    for length in lost:
        tx.delete(achievement_ref(user_id, days_in_a_row=length))


async def record_activity(
    services: Services, delivery: Delivery, *, user_id: str, kind: str, title: str, metadata: dict[str, Any]
) -> None:
    """Add an activity. Its id follows from the event's, so a repeated delivery adds nothing."""
    entry_id = derive_id("activity", delivery.event_id)
    entry = ActivityEntry(id=entry_id, type=kind, title=title, created_at=delivery.time, metadata=metadata)

    async def work(tx: Transaction) -> None:
        if await find_user(tx, user_id) is not None:
            tx.put(ACTIVITY.doc(entry_id, user=user_id), entry)

    await services.store.transact(work)


async def get_progress(store: Store, user_id: str) -> Progress:
    """Load the progress. Costs 1 read."""
    return await store.get(progress_ref(user_id)) or build_empty_progress()


async def list_last_days(store: Store, user_id: str, *, today: date, number: int) -> list[Day]:
    """List the last days up to today, oldest first, including those without activity.

    Costs 1 read for each day with activity.
    """
    first = today - timedelta(days=number - 1)
    stored = {day.day: day for day in await store.find(query_days(user_id, first).limit(number))}
    dates = [first + timedelta(days=offset) for offset in range(number)]
    return [stored.get(each) or Day(id=each.isoformat(), day=each) for each in dates]
