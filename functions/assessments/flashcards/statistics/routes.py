"""Routes of /api/v1/assessments/flashcards/stats/ and /forecast/."""

from typing import Annotated

from fastapi import Query

from functions.assessments.flashcards.cards.routes import CARDS
from functions.assessments.flashcards.cards.rules import to_local_day
from functions.assessments.flashcards.exams.forecast import MAX_SAMPLE_CARDS
from functions.assessments.flashcards.statistics.schemas import FlashcardForecast, FlashcardStatistics
from functions.assessments.flashcards.statistics.service import compute_statistics, forecast_cards
from shared.errors import NotFound
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.router import Router

router = Router(tag="statistics")

_STATISTICS = Cost(reads=4, note="1 read less for all courses")
_FORECAST = Cost(
    reads=7,
    reads_per_item=1,
    note=f"items are a sample of a course with an exam: {MAX_SAMPLE_CARDS} cards at the most",
)

OfCourse = Annotated[str | None, Query(max_length=200, description="Only this course's cards")]


@router.serve("GET", f"{CARDS}stats/", access=USER, cost=_STATISTICS, errors=[NotFound])
async def get_flashcard_statistics(
    services: Provided, caller: Caller, course: OfCourse = None
) -> FlashcardStatistics:
    """Get counts of the user's cards; all are zero for a course without any."""
    today = to_local_day(services.clock.now(), caller.zone)
    return await compute_statistics(services.store, user_id=caller.user_id, course=course, today=today)


@router.serve("GET", f"{CARDS}forecast/", access=USER, cost=_FORECAST, errors=[NotFound])
async def get_flashcard_forecast(
    services: Provided,
    caller: Caller,
    course: OfCourse = None,
    days: Annotated[int, Query(ge=1, le=365)] = 7,
) -> FlashcardForecast:
    """Count the cards to study on each of the coming days, today first, if each day all are studied.

    For a course with an exam to come, also forecast the recall on its day.
    """
    zone = caller.zone
    today = to_local_day(services.clock.now(), zone)
    return await forecast_cards(
        services.store, user_id=caller.user_id, course=course, today=today, days=days, zone=zone
    )
