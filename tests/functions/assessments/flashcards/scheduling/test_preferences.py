"""The settings decide how reviews are scheduled, from the moment that they arrive."""

from datetime import timedelta
from typing import Any

import fsrs
import pytest

from functions.assessments.flashcards.cards.store import FLASHCARDS, get_study_state
from functions.assessments.flashcards.reviews.store import REVIEWS
from functions.assessments.flashcards.scheduling.service import sync_preferences
from shared.published.accounts import CURRENT, PREFERENCES, Preferences
from shared.published.flashcards import CARD_STATS, STATE, STUDY_STATES, StudyState
from shared.store import Increment
from tests.functions.assessments.learners import CARDS, Learner
from tests.stack import PASSWORD, Stack, User

SETTINGS = "/api/users/settings/"
LIBRARY = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


async def prefer(learner: Learner, **changes: Any) -> None:
    """Store preferences as the auth group publishes them."""
    store = learner.stack.services.store
    preferred = Preferences(id=CURRENT, email="ada@example.com", **changes)
    await store.put(PREFERENCES.doc(CURRENT, user=learner.id), preferred)
    await sync_preferences(learner.stack.services, user_id=learner.id)


async def fill(learner: Learner, ahead: int, cards: int) -> str:
    """So many other cards are due on the day."""
    day = (learner.stack.clock.now() + timedelta(days=ahead)).date().isoformat()
    counts = {"due": {day: Increment(cards)}}
    await learner.stack.services.store.merge(CARD_STATS.doc("all", user=learner.id), counts)
    return day


async def sign_in(stack: Stack, user: User) -> None:
    """Days later: the access token lives for minutes."""
    known = {"username": user.username, "password": PASSWORD}
    given = (await stack.http.post("/api/v1/accounts/login/", json=known)).json()
    user.http.headers["Authorization"] = f"Bearer {given['access']}"


@pytest.mark.slow
async def test_a_user_switches_to_fsrs_and_back_and_every_card_stays_due(stack: Stack, user: User) -> None:
    course = (await user.http.post("/api/v1/courses/", json={"name": "Botany"})).json()["id"]
    body = {"course": course, "question": "What is it?", "answer": "This"}
    card = (await user.http.post(CARDS, json=body)).json()["id"]
    theirs = fsrs.Card(card_id=1)

    async def review(quality: int, days: int) -> dict[str, Any]:
        nonlocal theirs
        await stack.advance(days=days)
        await sign_in(stack, user)
        done = (await user.http.post(f"{CARDS}{card}/review/", json={"quality_response": quality})).json()
        ratings = {1: fsrs.Rating.Again, 3: fsrs.Rating.Hard, 4: fsrs.Rating.Good, 5: fsrs.Rating.Easy}
        theirs, _ = LIBRARY.review_card(theirs, ratings[quality], stack.clock.now())
        return dict(done)

    async def switch(scheduler: str) -> None:
        before = (await user.http.get(f"{CARDS}{card}/")).json()
        assert (await user.http.patch(SETTINGS, json={"review_scheduler": scheduler})).status_code == 200
        await stack.drain()
        assert (await user.http.get(f"{CARDS}{card}/")).json() == before

    by_sm2 = [(await review(quality, days))["interval_days"] for quality, days in ((4, 0), (4, 1))]
    await switch("fsrs")
    for quality, days in ((4, 6), (3, 20), (1, 30), (4, 1), (5, 3)):
        done = await review(quality, days)
        assert done["scheduler"] == "fsrs"
        assert timedelta(days=done["interval_days"]) == theirs.due - stack.clock.now()
        shown = (await user.http.get(f"{CARDS}{card}/")).json()
        assert theirs.stability is not None
        assert theirs.difficulty is not None
        memory = [round(theirs.stability, 4), round(theirs.difficulty, 4)]
        assert [shown["stability"], shown["fsrs_difficulty"]] == memory
    await switch("sm2")
    last = await review(4, 5)
    history = (await user.http.get(f"{CARDS}{card}/reviews/")).json()["results"]
    assert [each["scheduler"] for each in history] == ["sm2", *["fsrs"] * 5, "sm2", "sm2"]
    assert (by_sm2, last["repetitions"]) == ([1, 6], 3)
    assert last["interval_days"] > done["interval_days"]


async def test_desired_retention_moves_future_reviews_only(learner: Learner) -> None:
    kept, moved = [card["id"] for card in await learner.add_many(2)]
    await prefer(learner, review_scheduler="fsrs")
    before = await learner.review(kept, 5)
    await prefer(learner, review_scheduler="fsrs", desired_retention=0.75)
    after = await learner.review(moved, 5)
    assert after["interval_days"] > 2 * before["interval_days"]
    assert (await learner.get(f"{kept}/"))["next_review_date"] == before["next_review_date"]


async def test_preferences_are_followed_once_and_wholly(learner: Learner) -> None:
    services = learner.stack.services
    ref = STUDY_STATES.doc(STATE, user=learner.id)
    await sync_preferences(services, user_id="nobody")
    await sync_preferences(services, user_id=learner.id)
    assert await services.store.get(ref) is None  # the defaults hold without it
    await services.store.put(ref, StudyState(id=STATE, forgotten_courses=("gone",), weights=(1.0,) * 21))
    await prefer(learner, easy_days={"sunday": "minimum", "monday": "reduced"}, daily_review_limit=50)
    await prefer(learner, easy_days={"monday": "reduced"}, daily_review_limit=50)
    state = await get_study_state(services.store, learner.id)
    assert (state.easy_days, state.daily_review_limit) == ({"monday": "reduced"}, 50)
    assert (state.forgotten_courses, state.weights) == (("gone",), (1.0,) * 21)


async def test_a_review_is_placed_by_the_load_the_limit_and_the_easy_days(learner: Learner) -> None:
    await prefer(learner, relearn_today=False)
    spread, over, lapsed, eased = [card["id"] for card in await learner.add_many(4)]
    for card in (spread, eased):
        await learner.review(card, 4)
    await learner.stack.advance(days=1)  # to Tuesday
    for ahead in (4, 6, 8):
        await fill(learner, ahead, 60)
    done = await learner.review(spread, 4)
    assert (done["interval_days"], done["next_review_date"][:10]) in {(6, "2026-03-08"), (6, "2026-03-10")}
    tomorrow = await fill(learner, 1, 400)
    passed, failed = await learner.review(over, 4), await learner.review(lapsed, 1)
    assert (passed["interval_days"], failed["interval_days"]) == (1, 1)
    assert tomorrow < failed["next_review_date"][:10] <= passed["next_review_date"][:10] < "2026-03-11"
    await prefer(learner, relearn_today=False, easy_days={"sunday": "minimum", "tuesday": "minimum"})
    assert (await learner.review(eased, 4))["next_review_date"][:10] in {
        "2026-03-07",
        "2026-03-09",
        "2026-03-11",
    }


async def test_a_batch_spreads_what_it_places(learner: Learner) -> None:
    await prefer(learner, daily_review_limit=10)
    cards = [card["id"] for card in await learner.add_many(140)]
    reviews = [{"flashcard": card, "quality_response": 4, "client_review_id": "a"} for card in cards]
    assert (await learner.post("reviews/batch/", {"reviews": reviews}))["accepted"] == 140
    stats = await learner.stack.services.store.get(CARD_STATS.doc("all", user=learner.id))
    assert stats is not None
    today = learner.stack.clock.now().date()
    due = [stats.due.get((today + timedelta(days=ahead)).isoformat(), 0) for ahead in range(20)]
    assert sum(due) == 140
    assert max(due[1:15]) <= 1.3 * min(due[1:15])


async def test_a_card_from_before_fsrs_is_remembered_from_its_history(learner: Learner) -> None:
    old, straight = [card["id"] for card in await learner.add_many(2)]
    store = learner.stack.services.store
    for quality in (4, 3, 1):
        for card in (old, straight):
            await learner.review(card, quality, reviewed_at=learner.stack.clock.now().isoformat())
        await learner.stack.advance(days=2)
    nothing: dict[str, Any] = {"stability": None, "difficulty": None}
    for review in await store.find(REVIEWS.query(user=learner.id).where("flashcard", "==", old)):
        blank = {name: getattr(review, name).model_copy(update=nothing) for name in ("before", "after")}
        await store.put(REVIEWS.doc(review.id, user=learner.id), review.model_copy(update=blank))
    await store.merge(FLASHCARDS.doc(old, user=learner.id), {"schedule": nothing})
    at = learner.stack.clock.now().isoformat()
    for card in (old, straight):
        await learner.review(card, 4, reviewed_at=at)
    one, other = await learner.get(f"{old}/"), await learner.get(f"{straight}/")
    assert one["stability"] is not None
    assert one["stability"] < 0.9 * (other["stability"] + 1)
    assert [one["interval_days"], one["ease_factor"]] == [other["interval_days"], other["ease_factor"]]
    answer = await learner.http.post(f"{CARDS}{old}/review/", json={"quality_response": 4})
    assert answer.headers["X-Store-Cost"].startswith("reads=4 writes=3 ")  # the history is read once
