"""The list of activities, and the streak."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Query

from functions.auth.activity import service
from functions.auth.activity.calendar import list_active_days
from functions.auth.activity.rules import evaluate_streak
from functions.auth.activity.schemas import ActivityView, StreakView, activity_view, streak_day_view
from functions.auth.activity.store import query_activity
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.pages import Page, RequestedPage, get_page
from shared.web.router import Router

router = Router(tag="activity")

_DAYS_SHOWN = 30
Day = Annotated[
    date | None,
    Query(ge=date(1970, 1, 1), le=date(2200, 12, 31), description="A date in the user's time zone"),
]


@router.serve(
    "GET",
    "/api/v1/accounts/activity/",
    access=USER,
    cost=Cost(reads=3, reads_per_item=1, note="the count is one read per thousand activities")
    + service.ROLL_UP,
)
async def list_activity(
    caller: Caller,
    services: Provided,
    page_request: RequestedPage,
    start_date: Day = None,
    end_date: Day = None,
    kind: Annotated[str | None, Query(alias="type", max_length=50)] = None,
) -> Page[ActivityView]:
    """List the user's activities, newest first. All reviews of a day are one activity."""
    await service.roll_up_reviews(services, user_id=caller.user_id)
    query = query_activity(
        caller.user_id,
        kind=kind,
        since=_to_day_start(start_date, caller.zone),
        until=_to_day_start(end_date + timedelta(days=1), caller.zone) if end_date else None,
    )
    return await get_page(services.store, query, page_request, activity_view)


@router.serve(
    "GET", "/api/v1/accounts/streak/", access=USER, cost=Cost(reads=2 + _DAYS_SHOWN) + service.ROLL_UP
)
async def get_streak(caller: Caller, services: Provided) -> StreakView:
    """Return the streak: days in a row with a review or a quiz. Freezes cover two missed days a month."""
    await service.roll_up_reviews(services, user_id=caller.user_id)
    today = services.clock.now().astimezone(caller.zone).date()
    progress = await service.get_progress(services.store, caller.user_id)
    days = await service.list_last_days(services.store, caller.user_id, today=today, number=_DAYS_SHOWN)
    current, freezes_left = evaluate_streak(list_active_days(progress), today)
    return StreakView(
        current=current,
        longest=progress.streak.longest,
        last_active_date=progress.streak.last_active,
        freezes_left=freezes_left,
        days=[streak_day_view(day) for day in days],
    )


def _to_day_start(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time.min, tzinfo=zone) if day else None
