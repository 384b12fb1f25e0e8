"""Reviews of clients that were offline."""

import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.flashcards.reviews.pending import ROLL_UP_DELAY
from functions.assessments.flashcards.reviews.store import REVIEWS
from shared.published.flashcards import ALL, CARD_STATS, PendingReviews, ReviewSums
from tests.functions.assessments.learners import CARDS, Learner

BATCH = "reviews/batch/"


async def state_of(learner: Learner) -> Any:
    """Everything that reviews change."""
    store = learner.stack.services.store
    cards = await store.find(FLASHCARDS.query(user=learner.id))
    reviews = await store.find(REVIEWS.query(user=learner.id))
    stats = await learner.get("stats/"), await learner.get("forecast/", days=100)
    return cards, sorted(reviews, key=lambda review: review.id), stats


@pytest.mark.slow
async def test_a_batch_of_500_sent_twice_and_shuffled_counts_once(learner: Learner) -> None:
    cards = [card["id"] for card in await learner.add_many(60)]
    now, chance = learner.stack.clock.now(), random.Random(7)
    reviews: list[dict[str, Any]] = [
        {
            "flashcard": chance.choice(cards),
            "quality_response": chance.randrange(6),
            "client_review_id": f"c{number}",
            "reviewed_at": (now - timedelta(minutes=chance.randrange(100_000))).isoformat(),
            "response_time_seconds": 3,
        }
        for number in range(500)
    ]
    first = await learner.post(BATCH, {"reviews": reviews})
    assert (first["accepted"], first["duplicates"], first["rejected"]) == (500, 0, [])
    before = await state_of(learner)
    chance.shuffle(reviews)
    second = await learner.post(BATCH, {"reviews": reviews})
    assert (second["accepted"], second["duplicates"], second["rejected"]) == (0, 500, [])
    assert await state_of(learner) == before
    by_id = {card["id"]: card for card in second["flashcards"]}
    assert len(by_id) == len(second["flashcards"]) == len({review["flashcard"] for review in reviews})
    for card in first["flashcards"]:
        assert by_id[card["id"]] == card
    assert (
        await learner.http.post(f"{CARDS}{BATCH}", json={"reviews": [*reviews, reviews[0]]})
    ).status_code == 422


async def test_what_cannot_be_taken_does_not_hold_up_the_rest(learner: Learner) -> None:
    card = (await learner.add())["id"]
    reviews: list[Any] = [
        {"flashcard": card, "quality_response": 4, "client_review_id": "good"},
        {"flashcard": "nowhere", "quality_response": 4, "client_review_id": "lost"},
        {"flashcard": card, "quality_response": 9, "client_review_id": "bad"},
        {"flashcard": card, "quality_response": 4},
        {"flashcard": card, "quality_response": 4, "reviewed_at": "2027-01-01T00:00:00Z"},
        {"flashcard": 7, "quality_response": 4, "client_review_id": 8},
        {"flashcard": "a/b", "quality_response": 4, "client_review_id": "slash"},
    ]
    done = await learner.post(BATCH, {"reviews": reviews})
    assert (done["accepted"], done["duplicates"]) == (1, 0)
    assert [each["id"] for each in done["flashcards"]] == [card]
    refused = {each["index"]: each for each in done["rejected"]}
    assert set(refused) == {1, 2, 3, 4, 5, 6}
    assert refused[1] == {
        "index": 1, "flashcard": "nowhere", "client_review_id": "lost", "error": "There is no such flashcard"
    }  # fmt: skip
    assert "quality_response" in refused[2]["error"]
    assert (refused[5]["flashcard"], refused[5]["client_review_id"]) == (None, None)


async def test_a_body_that_is_no_batch_is_refused(learner: Learner) -> None:
    bodies: list[dict[str, Any]] = [{}, {"reviews": {}}, {"reviews": [4]}, {"reviews": [], "more": 1}]
    for body in bodies:
        assert (await learner.http.post(f"{CARDS}{BATCH}", json=body)).status_code == 422
    assert (await learner.post(BATCH, {"reviews": []}))["accepted"] == 0


async def test_reviews_without_an_id_are_known_by_their_time_or_the_requests_key(learner: Learner) -> None:
    card = (await learner.add())["id"]
    timed = {"flashcard": card, "quality_response": 4, "reviewed_at": "2026-03-01T12:00:00Z"}
    twice = await learner.post(BATCH, {"reviews": [timed, timed]})
    assert (twice["accepted"], twice["duplicates"]) == (1, 1)
    bare = {"reviews": [{"flashcard": card, "quality_response": 4}] * 2}
    for _ in range(2):
        answer = await learner.http.post(f"{CARDS}{BATCH}", json=bare, headers={"Idempotency-Key": "k"})
        assert answer.json()["accepted"] == 2
    assert (await learner.get(f"{card}/"))["total_reviews"] == 3


HISTORIES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 5)), min_size=1, max_size=8)


@pytest.mark.slow
@settings(max_examples=25)
@given(history=HISTORIES, data=st.data())
async def test_any_order_split_and_repetition_gives_what_order_gives(
    learner: Learner, history: list[tuple[int, int]], data: st.DataObject
) -> None:
    straight, mixed = [card["id"] for card in await learner.add_many(2)]
    base = learner.stack.clock.now() - timedelta(days=40)
    reviews: list[dict[str, Any]] = [
        {
            "quality_response": quality,
            "client_review_id": f"{straight}-{number}",
            # Ties are broken by the review's id, which differs between cards: no two at one instant.
            "reviewed_at": (base + timedelta(hours=12 * hours, seconds=number)).isoformat(),
        }
        for number, (hours, quality) in enumerate(history)
    ]
    for review in sorted(reviews, key=lambda each: each["reviewed_at"]):
        await learner.post(BATCH, {"reviews": [{**review, "flashcard": straight}]})
    repeated = data.draw(st.permutations(reviews + reviews[: data.draw(st.integers(0, len(reviews)))]))
    while repeated:
        size = data.draw(st.integers(1, len(repeated)))
        portion, repeated = repeated[:size], repeated[size:]
        await learner.post(BATCH, {"reviews": [{**each, "flashcard": mixed} for each in portion]})
    one, other = await learner.get(f"{straight}/"), await learner.get(f"{mixed}/")
    # The day depends on what else is due, within the window round the interval (test_placing.py).
    own = {"id", "question", "created_at", "updated_at", "next_review_date"}
    assert {k: v for k, v in one.items() if k not in own} == {k: v for k, v in other.items() if k not in own}


async def test_each_accepted_review_waits_once_to_be_counted_as_activity(learner: Learner) -> None:
    card = (await learner.add())["id"]
    review = {"flashcard": card, "quality_response": 4, "client_review_id": "a", "response_time_seconds": 2}
    for _ in range(2):
        await learner.post(BATCH, {"reviews": [review]})
    stats = await learner.stack.services.store.get(CARD_STATS.doc(ALL, user=learner.id))
    assert stats is not None
    at = int(learner.stack.clock.now().timestamp() * 1_000_000)
    sums = ReviewSums(reviews=1, successes=1, seconds=2.0, first_at=at)
    assert stats.pending == PendingReviews(since=at, days={"2026-03-02": sums})
    await learner.post(f"{card}/undo/")
    stats = await learner.stack.services.store.get(CARD_STATS.doc(ALL, user=learner.id))
    assert stats is not None
    assert stats.pending == PendingReviews(since=at, days={"2026-03-02": ReviewSums(first_at=at)})
    (task,) = [each for each in await learner.stack.services.queue.list_waiting() if each.target == "auth"]
    assert (task.name, task.due_at) == ("activity.roll_up", learner.stack.clock.now() + ROLL_UP_DELAY)
