"""Use cases of activity: record events, read days and progress."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from typing import Any

from functions.auth.activity.calendar import encode_days, read_active_days
from functions.auth.activity.days import (
    Change,
    Sign,
    add_quiz,
    add_reviews,
    build_reviews_entry,
    sum_reviews,
    update_active_days,
    update_progress,
)
from functions.auth.activity.models import Achievement, ActivityEntry, Day, Progress
from functions.auth.activity.rules import find_milestones
from functions.auth.activity.store import (
    ACTIVITY,
    achievement_ref,
    build_empty_progress,
    day_ref,
    progress_ref,
    query_active_days,
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
    note="1 read where no reviews wait to be counted; items are their days and courses, achievements, and "
    "once all active days where an earlier version stored the streak",
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
    """Count an attempt at a quiz as study of its day, and add it to the list of activities.

    The activity is the event's marker too: it is kept as long as the account.
    """
    entry_id = derive_id("activity", delivery.event_id)
    entry = ActivityEntry(
        id=entry_id,
        type="quiz_completed",
        title=f"Completed a quiz with {event.percentage:g} %",
        created_at=event.completed_at,
        metadata={"course_id": event.course, "quiz_id": event.quiz, "attempt_id": event.attempt},
    )

    entry_ref = ACTIVITY.doc(entry_id, user=event.user)

    async def work(tx: Transaction) -> None:
        if await find_user(tx, event.user) is None or await tx.get(entry_ref) is not None:
            return
        day = await tx.get(day_ref(event.user, event.day))
        day = day or Day(id=event.day.isoformat(), day=event.day)
        seconds = sum(fact.seconds for fact in event.questions)
        change = add_quiz(day, completed_at=event.completed_at, seconds=seconds)
        await _save(tx, event.user, [change], services.clock.now())
        tx.create(entry_ref, entry)

    await services.store.transact(work)


async def _save(tx: Transaction, user_id: str, changes: list[Change], now: datetime) -> None:
    before = await tx.get(progress_ref(user_id)) or build_empty_progress()
    days = await _get_active_days(tx, user_id, before)
    active = update_active_days(days, changes)
    tx.put(progress_ref(user_id), update_progress(before, changes, active))
    for change in changes:
        _put_day(tx, user_id, change)
    await _update_achievements(tx, user_id, days, active, changes, now)


async def _get_active_days(reads: Store | Transaction, user_id: str, progress: Progress) -> set[date]:
    """Return the user's active days. Costs nothing, or once 1 read for each day."""
    known = read_active_days(progress)
    if known is not None:
        return known
    days = await reads.find(query_active_days(user_id))
    note_items(max(1, len(days)))
    return {day.day for day in days if day.is_active}


async def _load_changes(tx: Transaction, user_id: str, sums: Mapping[date, ReviewSums]) -> list[Change]:
    dates = sorted(sums)
    note_items(len(dates))
    stored = await tx.get_many([day_ref(user_id, day) for day in dates])
    days = [existing or Day(id=day.isoformat(), day=day) for day, existing in zip(dates, stored, strict=True)]
    return [add_reviews(day, sums[day.day]) for day in days]


def _put_day(tx: Transaction, user_id: str, change: Change) -> None:
    day, ref = change.after, reviews_entry_ref(user_id, change.after.day)
    tx.put(day_ref(user_id, day.day), day)
    if day.reviews > 0:
        tx.put(ref, build_reviews_entry(day, entry_id=ref.id))
    elif change.before.reviews > 0:
        tx.delete(ref)


async def _update_achievements(
    tx: Transaction,
    user_id: str,
    before: AbstractSet[date],
    after: AbstractSet[date],
    changes: Sequence[Change],
    now: datetime,
) -> None:
    """Bring the achievements in line with the active days: each is dated by the day that reached it first."""
    had, has = find_milestones(before), find_milestones(after)
    redated = {each.after.day for each in changes if each.before.first_at != each.after.first_at}
    lengths = [
        length
        for length in sorted({*had, *has})
        if had.get(length) != has.get(length) or has[length] in redated
    ]
    note_items(len(lengths))
    changed = {each.after.day: each.after for each in changes}
    for length in lengths:
        ref = achievement_ref(user_id, days_in_a_row=length)
        if length not in has:
            tx.delete(ref)
            continue
        day = changed.get(has[length]) or await tx.get(day_ref(user_id, has[length]))
        reached_at = day.first_at if day and day.first_at else now
        title = f"{length}-day study streak!"
        tx.put(ref, Achievement(id=ref.id, type="study_streak", title=title, achieved_at=reached_at))


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
    """Load the progress. Costs 1 read, and those of `_get_active_days`."""
    progress = await store.get(progress_ref(user_id)) or build_empty_progress()
    return progress.model_copy(
        update={"active_days": encode_days(await _get_active_days(store, user_id, progress))}
    )


async def list_last_days(store: Store, user_id: str, *, today: date, number: int) -> list[Day]:
    """List the last days up to today, oldest first, including those without activity.

    Costs 1 read for each day with activity.
    """
    first = today - timedelta(days=number - 1)
    stored = {day.day: day for day in await store.find(query_days(user_id, first).limit(number))}
    dates = [first + timedelta(days=offset) for offset in range(number)]
    return [stored.get(each) or Day(id=each.isoformat(), day=each) for each in dates]
