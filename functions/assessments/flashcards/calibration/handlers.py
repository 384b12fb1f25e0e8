"""Handler of the task that fits FSRS to a user."""

from functions.assessments.flashcards.calibration.service import fit_scheduler
from functions.assessments.flashcards.scheduling.tasks import FitScheduler
from shared.consumers import Handlers
from shared.services import Services

handlers = Handlers()


@handlers.does(FitScheduler)
async def do_fit_scheduler(services: Services, task: FitScheduler) -> None:
    """Fit the user's weights again to the reviews up to now."""
    await fit_scheduler(services, user_id=task.user)
