"""Fitting in the background and /calibration/, through the front door."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from functions.assessments.flashcards.calibration import service
from functions.assessments.flashcards.calibration.service import fit_scheduler
from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.flashcards.scheduling.tasks import FitScheduler
from shared.published.flashcards import ALL, CARD_STATS, STATE, STUDY_STATES, StudyState
from tests.functions.assessments.flashcards.calibration.logs import FORGETFUL, log_of, plant
from tests.functions.assessments.learners import CARDS, Learner

SCHEDULERS = ("sm2", "fsrs_default", "fsrs_fitted")


async def state_of(learner: Learner) -> StudyState:
    return await get_study_state(learner.stack.services.store, learner.id)


async def test_who_never_reviewed_is_told_so(learner: Learner) -> None:
    figures = await learner.get("calibration/")
    assert {name: figures[name] for name in SCHEDULERS} == dict.fromkeys(SCHEDULERS)
    assert (figures["total_reviews"], figures["evaluated_reviews"], figures["fitted_in_use"]) == (0, 0, False)
    assert figures["evaluated_on"] == "all"
    assert "fewer than 20" in figures["reason"]


async def test_before_a_thousand_reviews_both_schedulers_are_judged_by_all(learner: Learner) -> None:
    await plant(learner, log_of(300, weights=FORGETFUL))
    answer = await learner.http.get(f"{CARDS}calibration/")
    figures = answer.json()
    assert (figures["total_reviews"], figures["evaluated_on"]) == (301, "all")
    assert figures["evaluated_reviews"] == 301 - 301 // 7
    assert figures["fsrs_fitted"] is None
    assert figures["reason"]
    assert all(0 < figures[name][error] < 1 for name in SCHEDULERS[:2] for error in ("log_loss", "rmse_bins"))
    assert figures["as_of"] == "2026-03-02T12:00:00.000Z"
    again = await learner.http.get(f"{CARDS}calibration/")
    assert again.json() == figures
    assert again.headers["X-Store-Cost"] == "reads=4 writes=0 deletes=0 within=yes"


async def test_reviews_taken_one_by_one_are_judged(learner: Learner) -> None:
    for card in await learner.add_many(4):
        for day in range(1, 8):
            await learner.review(card["id"], 4 if day % 3 else 1, reviewed_at=f"2026-02-{day:02}T10:00:00Z")
    undone = await learner.post(f"{card['id']}/undo/")
    assert undone["total_reviews"] == 6
    figures = await learner.get("calibration/")
    assert (figures["total_reviews"], figures["evaluated_reviews"]) == (27, 23)
    assert figures["sm2"] is not None


async def test_the_cost_is_bounded_by_the_newest_two_thousand(
    learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MAX_COMPARED_REVIEWS", 400)
    await plant(learner, log_of(700))
    answer = await learner.http.get(f"{CARDS}calibration/")
    assert answer.headers["X-Store-Cost"] == "reads=404 writes=1 deletes=0 within=yes"
    assert 0 < answer.json()["evaluated_reviews"] < 400


@pytest.mark.slow
async def test_a_thousand_reviews_have_fsrs_fitted_in_the_background(learner: Learner) -> None:
    card = (await learner.add())["id"]
    await learner.review(card)
    scheduled = (await learner.get(f"{card}/"))["next_review_date"]
    await plant(learner, log_of(1200, weights=FORGETFUL))
    first = await learner.get("calibration/")
    assert (first["evaluated_on"], first["fitted_in_use"]) == ("all", False)
    await learner.stack.drain()

    state = await state_of(learner)
    assert state.fitted_reviews == 1204
    assert state.desired_retention == 0.85, "the rest of the state stays"
    assert len(TypeAdapter(tuple[float, ...]).validate_python(state.weights)) == 21
    figures = await learner.get("calibration/")
    assert (figures["evaluated_on"], figures["fitted_in_use"], figures["reason"]) == ("held_out", True, None)
    assert figures["evaluated_reviews"] == (1204 - 1204 // 7) // 5
    assert figures["fsrs_fitted"]["log_loss"] < figures["fsrs_default"]["log_loss"]
    assert figures["fitted_at"] == figures["as_of"]
    assert (await learner.get(f"{card}/"))["next_review_date"] == scheduled


async def test_figures_of_a_fit_hold_until_the_next_which_growth_by_half_brings(learner: Learner) -> None:
    await plant(learner, log_of(1000, weights=FORGETFUL))
    await learner.get("calibration/")
    await learner.stack.drain()
    await learner.stack.services.store.merge(CARD_STATS.doc(ALL, user=learner.id), {"reviews": 1502})
    kept = await learner.http.get(f"{CARDS}calibration/")
    assert kept.json()["total_reviews"] == 1001
    assert kept.headers["X-Store-Cost"] == "reads=4 writes=0 deletes=0 within=yes"
    await learner.stack.drain()
    assert (await learner.get("calibration/"))["total_reviews"] == 1502


async def test_the_review_that_makes_it_a_thousand_starts_the_fit_at_no_cost(learner: Learner) -> None:
    card = (await learner.add())["id"]
    await plant(learner, log_of(1000, weights=FORGETFUL))
    before = await learner.http.post(f"{CARDS}{card}/review/", json={"quality_response": 4})
    assert before.headers["X-Store-Cost"].endswith("writes=3 deletes=0 within=yes")
    await learner.stack.drain()
    assert (await state_of(learner)).fitted_reviews == 1002


@pytest.mark.slow
async def test_a_fit_that_is_not_due_or_comes_again_does_nothing(learner: Learner) -> None:
    services = learner.stack.services
    await plant(learner, log_of(990))
    await fit_scheduler(services, user_id=learner.id)
    assert await state_of(learner) == StudyState(id=STATE, desired_retention=0.85)
    await plant(learner, log_of(1000, weights=FORGETFUL))

    async def twice(tx: Any) -> None:
        tx.enqueue(FitScheduler(user=learner.id))
        tx.enqueue(FitScheduler(user=learner.id))

    await services.store.transact(twice)
    await learner.stack.drain()
    done = await state_of(learner)
    assert done.fitted_reviews == 1001
    await fit_scheduler(services, user_id=learner.id)
    assert await state_of(learner) == done


async def test_nothing_is_written_of_somebody_who_was_erased_meanwhile(learner: Learner) -> None:
    store = learner.stack.services.store
    await plant(learner, log_of(1000))
    await store.delete(STUDY_STATES.doc(STATE, user=learner.id))
    await fit_scheduler(learner.stack.services, user_id=learner.id)
    assert await store.get(STUDY_STATES.doc(STATE, user=learner.id)) is None
    await store.delete(CARD_STATS.doc(ALL, user=learner.id))
    await fit_scheduler(learner.stack.services, user_id=learner.id)
