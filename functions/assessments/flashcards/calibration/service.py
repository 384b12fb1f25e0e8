"""Fitting FSRS to a user in the background, and telling how well the schedulers foretell."""

import asyncio

from functions.assessments.flashcards.calibration.comparing import Log, compared, fit
from functions.assessments.flashcards.calibration.models import CALIBRATION, CALIBRATIONS, Calibration
from functions.assessments.flashcards.calibration.store import newest_reviews
from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.flashcards.scheduling.fitting import enqueue_fit, is_fit_due
from shared.published.flashcards import ALL, CARD_STATS, STATE, STUDY_STATES, StudyState
from shared.services import Services
from shared.store import Store, Transaction

MOST_FITTED = 20_000  # reviews, the newest
MOST_COMPARED = 2_000
_FRESH = 1.1  # figures are reckoned again when there are a tenth more reviews


async def fit_scheduler(services: Services, *, user_id: str) -> None:
    """Fit FSRS to the user if the reviews have grown enough. Cards keep their days until their next review;
    who was erased meanwhile stays erased."""
    store = services.store
    state, reviews = await get_study_state(store, user_id), await _reviews(store, user_id)
    if not is_fit_due(reviews, state.fitted_reviews):
        return
    answers = await newest_reviews(store, user_id=user_id, most=MOST_FITTED)
    now = services.clock.now()
    done = await asyncio.to_thread(
        lambda: fit(Log.of(answers), reviews=reviews, current=state.weights, now=now)
    )

    async def work(tx: Transaction) -> None:
        ref = STUDY_STATES.doc(STATE, user=user_id)
        there = await tx.get(ref)
        if there is None or there.fitted_reviews != state.fitted_reviews:
            return  # erased, or fitted by another
        tx.put(ref, there.model_copy(update={"weights": done.weights, "fitted_reviews": reviews}))
        tx.put(CALIBRATIONS.doc(CALIBRATION, user=user_id), done.calibration)

    await store.transact(work)


async def calibration(services: Services, *, user_id: str) -> Calibration:
    """The figures that are kept, while they are fresh; else over the newest reviews. Where a fit is due, it
    is seen to. Costs 3 reads, and 1 for each review that is looked at."""
    store = services.store
    state, reviews = await get_study_state(store, user_id), await _reviews(store, user_id)
    kept = await store.get(CALIBRATIONS.doc(CALIBRATION, user=user_id))
    if kept is not None and _fresh(kept, reviews):
        await _fit_soon(store, user_id, state, reviews)
        return kept
    figures = await _compared(services, user_id, state, reviews)

    async def work(tx: Transaction) -> None:
        tx.put(CALIBRATIONS.doc(CALIBRATION, user=user_id), figures)
        enqueue_fit(tx, user_id=user_id, state=state, reviews=reviews)

    await store.transact(work)
    return figures


async def _fit_soon(store: Store, user_id: str, state: StudyState, reviews: int) -> None:
    async def work(tx: Transaction) -> None:
        enqueue_fit(tx, user_id=user_id, state=state, reviews=reviews)

    if is_fit_due(reviews, state.fitted_reviews):
        await store.transact(work)


async def _compared(services: Services, user_id: str, state: StudyState, reviews: int) -> Calibration:
    answers = await newest_reviews(services.store, user_id=user_id, most=MOST_COMPARED)
    now = services.clock.now()
    return await asyncio.to_thread(
        lambda: compared(Log.of(answers), reviews=reviews, weights=state.weights, now=now)
    )


def _fresh(kept: Calibration, reviews: int) -> bool:
    """What is told of held-out reviews holds until the next fit."""
    return kept.held_out or kept.reviews <= reviews <= kept.reviews * _FRESH


async def _reviews(store: Store, user_id: str) -> int:
    stats = await store.get(CARD_STATS.doc(ALL, user=user_id))
    return max(0, stats.reviews) if stats else 0
