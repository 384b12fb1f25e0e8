"""Route of /api/v1/assessments/flashcards/calibration/."""

from functions.assessments.flashcards.calibration.schemas import SchedulerCalibration
from functions.assessments.flashcards.calibration.service import MAX_COMPARED_REVIEWS, get_current_calibration
from functions.assessments.flashcards.cards.routes import CARDS
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.router import Router

router = Router(tag="statistics")

_COST = Cost(
    reads=5,
    writes=1,
    reads_per_item=1,
    note="items are the newest reviews, "
    f"at most {MAX_COMPARED_REVIEWS:,}, and only where no fresh figures are kept",
)


@router.serve("GET", f"{CARDS}calibration/", access=USER, cost=_COST)
async def get_scheduler_calibration(services: Provided, caller: Caller) -> SchedulerCalibration:
    """Compare how well SM-2, FSRS and FSRS fitted to the user predict the user's own answers."""
    return SchedulerCalibration.of(await get_current_calibration(services, user_id=caller.user_id))
