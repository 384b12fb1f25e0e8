"""Fitting of FSRS to a user in the background, and the comparison of the schedulers."""

import asyncio

from functions.assessments.flashcards.calibration.comparison import ReviewLog, calibrate, compare_schedulers
from functions.assessments.flashcards.calibration.models import CALIBRATION, CALIBRATIONS, Calibration
from functions.assessments.flashcards.calibration.store import list_newest_reviews
from functions.assessments.flashcards.cards.counts import clamp_count
from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.flashcards.scheduling.fitting import enqueue_fit, is_fit_due
from shared.published.flashcards import ALL, CARD_STATS, STATE, STUDY_STATES, StudyState
from shared.services import Services
from shared.store import Store, Transaction

MAX_FITTED_REVIEWS = 20_000  # the newest
MAX_COMPARED_REVIEWS = 2_000
_MAX_GROWTH = 1.1  # of the reviews since a calibration; with more it is computed again


async def fit_scheduler(services: Services, *, user_id: str) -> None:
    """Fit FSRS to the user if a fit is due. Cards keep their days until their next review."""
    store = services.store
    state, reviews = await get_study_state(store, user_id), await _count_reviews(store, user_id)
    if not is_fit_due(reviews, state.fitted_reviews):
        return
    answers = await list_newest_reviews(store, user_id=user_id, limit=MAX_FITTED_REVIEWS)
    now = services.clock.now()
    result = await asyncio.to_thread(
        lambda: calibrate(ReviewLog.of(answers), reviews=reviews, current=state.weights, now=now)
    )

    async def work(tx: Transaction) -> None:
        ref = STUDY_STATES.doc(STATE, user=user_id)
        existing = await tx.get(ref)
        if existing is None or existing.fitted_reviews != state.fitted_reviews:
            return  # the account was erased, or another task was first
        tx.put(ref, existing.model_copy(update={"weights": result.weights, "fitted_reviews": reviews}))
        tx.put(CALIBRATIONS.doc(CALIBRATION, user=user_id), result.calibration)

    await store.transact(work)


async def get_current_calibration(services: Services, *, user_id: str) -> Calibration:
    """Return the stored calibration while it is fresh, or else one over the newest reviews.

    Enqueues a fit if one is due. Costs 3 reads, and 1 for each review that is compared.
    """
    store = services.store
    state, reviews = await get_study_state(store, user_id), await _count_reviews(store, user_id)
    saved = await store.get(CALIBRATIONS.doc(CALIBRATION, user=user_id))
    await enqueue_fit(store, user_id=user_id, state=state, reviews=reviews)
    if saved is not None and _is_fresh(saved, reviews):
        return saved
    figures = await _compare(services, user_id, state, reviews)
    await store.put(CALIBRATIONS.doc(CALIBRATION, user=user_id), figures)
    return figures


async def _compare(services: Services, user_id: str, state: StudyState, reviews: int) -> Calibration:
    answers = await list_newest_reviews(services.store, user_id=user_id, limit=MAX_COMPARED_REVIEWS)
    now = services.clock.now()
    return await asyncio.to_thread(
        lambda: compare_schedulers(ReviewLog.of(answers), reviews=reviews, weights=state.weights, now=now)
    )


def _is_fresh(saved: Calibration, reviews: int) -> bool:
    """Return whether the calibration still holds; one over held-out reviews does until the next fit."""
    return saved.held_out or saved.reviews <= reviews <= saved.reviews * _MAX_GROWTH


async def _count_reviews(store: Store, user_id: str) -> int:
    stats = await store.get(CARD_STATS.doc(ALL, user=user_id))
    return clamp_count(stats.reviews) if stats else 0
