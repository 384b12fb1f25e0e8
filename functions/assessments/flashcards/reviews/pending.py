"""Reviews that activity does not count yet: added up in the statistics, and rolled up a little later.

The sums stand beside counts that each review writes anyway, so they need no document or event of their own.
They are taken out in the transaction that counts them, so each review counts once.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from functions.assessments.flashcards.scheduling.models import Answer
from shared.published.accounts import RollUpActivity
from shared.services import Services
from shared.store import Increment, Minimum

# A sitting is rolled up once, or as often as it has twenty minutes. No reader waits: views roll up first.
ROLL_UP_DELAY = timedelta(minutes=20)
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def add_pending(answers: Iterable[Answer], *, sign: Literal[1, -1], now: datetime) -> dict[str, Any]:
    """Build the fields that add (`sign` 1) or subtract (-1) the answers, as changes of `PendingReviews`."""
    by_day: dict[str, list[Answer]] = {}
    for answer in answers:
        by_day.setdefault(answer.day.isoformat(), []).append(answer)
    days = {
        day: {
            "reviews": Increment(sign * len(own)),
            "successes": Increment(sign * sum(answer.successful for answer in own)),
            "seconds": Increment(sign * sum(answer.response_time_seconds or 0.0 for answer in own)),
            "first_at": Minimum(min(_to_microseconds(answer.reviewed_at) for answer in own)),
        }
        for day, own in by_day.items()
    }
    return {"since": Minimum(_to_microseconds(now)), "days": days}


async def enqueue_roll_up(services: Services, *, user_id: str, pending_since: int | None) -> None:
    """Enqueue one roll-up of the user for each window of twenty minutes.

    Does nothing while an earlier review's task is to come. Where a crash lost that task, a later review
    enqueues another, and every view of activity rolls up first.
    """
    now = services.clock.now()
    if pending_since is not None and now < _EPOCH + pending_since * _MICROSECOND + 2 * ROLL_UP_DELAY:
        return
    window = (now - _EPOCH) // ROLL_UP_DELAY
    task = RollUpActivity(user=user_id)
    await services.store.enqueue_unstored(task, at=now + ROLL_UP_DELAY, key=f"{user_id}:{window}")


def _to_microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND
