"""Requests to fit FSRS to a user. They stand below `reviews`, which ask; `calibration` does the work."""

from functions.assessments.flashcards.scheduling.tasks import FitScheduler
from shared.published.flashcards import StudyState
from shared.store import Store

MIN_REVIEWS = 1000
MIN_GROWTH = 1.5  # the reviews must have grown by half before the next fit


def is_fit_due(reviews: int, fitted_reviews: int) -> bool:
    """Return whether there are enough reviews, and enough more than at the last fit.

    So a fit is judged by reviews that are newer than any that the fit before it learned from.
    """
    return reviews >= MIN_REVIEWS and reviews >= MIN_GROWTH * fitted_reviews


async def enqueue_fit(store: Store, *, user_id: str, state: StudyState, reviews: int) -> None:
    """Have FSRS fitted in the background, if a fit is due. The next review enqueues a task that was lost."""
    if is_fit_due(reviews, state.fitted_reviews):
        await store.enqueue_unstored(FitScheduler(user=user_id), key=f"{user_id}:{state.fitted_reviews}")
