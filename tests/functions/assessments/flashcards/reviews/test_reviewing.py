"""Reviewing one card through the front door."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.flashcards.reviews.store import REVIEWS
from shared.published.flashcards import STATE, STUDY_STATES
from tests.functions.assessments.learners import CARDS, Learner, new_learner


async def test_a_review_schedules_the_card_by_the_users_day(learner: Learner) -> None:
    auckland = await new_learner(learner.stack, timezone="Pacific/Auckland")  # already the 3rd of March
    card = (await auckland.add())["id"]
    first = await auckland.review(card, 4)
    assert first | {
        "flashcard_id": card, "quality_response": 4, "next_review_date": "2026-03-03T11:00:00.000Z",
        "interval_days": 1, "ease_factor": 2.5, "repetitions": 1, "review_count": 1, "total_reviews": 1,
        "success_rate": 1.0, "mastery": "learning",
    } == first  # fmt: skip
    assert await auckland.get("due/") == []
    await auckland.stack.advance(days=1)
    second = await auckland.review(card, 2)
    assert (second["interval_days"], second["repetitions"], second["success_rate"]) == (1, 0, 0.5)
    got = await auckland.get(f"{card}/")
    assert (got["lapses"], got["next_review_date"]) == (1, second["next_review_date"])


async def test_a_difficulty_stands_for_a_quality(learner: Learner) -> None:
    card = (await learner.add())["id"]
    for difficulty, quality in (("easy", 5), ("medium", 4), ("hard", 3)):
        done = await learner.post(f"{card}/review/", {"difficulty": difficulty, "notes": None})
        assert done["quality_response"] == quality


async def test_a_bad_review_is_refused(learner: Learner) -> None:
    card = (await learner.add())["id"]
    bad: list[tuple[dict[str, Any], str]] = [
        ({}, "quality_response"),
        ({"quality_response": 6}, "quality_response"),
        ({"quality_response": -1}, "quality_response"),
        ({"quality_response": True}, "quality_response"),
        ({"quality_response": "4"}, "quality_response"),
        ({"quality_response": 4, "difficulty": "easy"}, "quality_response"),
        ({"difficulty": "brutal"}, "difficulty"),
        ({"quality_response": 4, "response_time_seconds": -1}, "response_time_seconds"),
        ({"quality_response": 4, "reviewed_at": "2026-03-02T12:06:00Z"}, "reviewed_at"),
        ({"quality_response": 4, "reviewed_at": "yesterday"}, "reviewed_at"),
    ]
    for body, field in bad:
        answer = await learner.http.post(f"{CARDS}{card}/review/", json=body)
        assert (answer.status_code, list(answer.json()["details"])) == (422, [field])


async def test_a_card_that_is_not_there_cannot_be_reviewed(learner: Learner) -> None:
    for card in ("nowhere", learner.stack.services.ids.new()):
        answer = await learner.http.post(f"{CARDS}{card}/review/", json={"quality_response": 4})
        assert answer.status_code == 404


async def test_a_review_costs_four_reads_and_three_writes(learner: Learner) -> None:
    card = (await learner.add())["id"]
    for _ in range(3):
        await learner.stack.advance(seconds=1)
        answer = await learner.http.post(f"{CARDS}{card}/review/", json={"quality_response": 4})
        assert answer.headers["X-Store-Cost"] == "reads=4 writes=3 deletes=0 within=yes"


async def test_the_same_client_review_id_counts_once_and_gives_the_first_answer(learner: Learner) -> None:
    card = (await learner.add())["id"]
    first = await learner.review(card, 4, client_review_id="c1")
    await learner.stack.advance(minutes=1)
    await learner.review(card, 5)
    assert await learner.review(card, 4, client_review_id="c1") == first
    assert (await learner.get(f"{card}/"))["total_reviews"] == 2
    assert (await learner.get(f"{card}/reviews/"))["count"] == 2


async def test_the_same_client_review_id_at_a_later_time_is_no_second_review(learner: Learner) -> None:
    card = (await learner.add())["id"]
    first = await learner.review(card, 4, client_review_id="c1")
    await learner.stack.advance(days=1)
    assert await learner.review(card, 1, client_review_id="c1") == first
    assert (await learner.get(f"{card}/"))["total_reviews"] == 1


async def test_one_review_sent_fifty_times_at_once_with_one_key_counts_once(learner: Learner) -> None:
    card = (await learner.add())["id"]

    async def send() -> tuple[int, Any]:
        answer = await learner.http.post(
            f"{CARDS}{card}/review/", json={"quality_response": 4}, headers={"Idempotency-Key": "k"}
        )
        return answer.status_code, answer.json()

    answers = await asyncio.gather(*(send() for _ in range(50)))
    assert all(each == answers[0] and each[0] == 200 for each in answers)
    assert (await learner.get(f"{card}/"))["total_reviews"] == 1
    assert (await learner.get("stats/"))["average_success_rate"] == 1.0


async def test_one_review_sent_fifty_times_at_once_with_its_own_id_counts_once(learner: Learner) -> None:
    card = (await learner.add())["id"]
    answers = await asyncio.gather(*(learner.review(card, 4, client_review_id="c") for _ in range(50)))
    assert all(each == answers[0] for each in answers)
    assert (await learner.get(f"{card}/"))["total_reviews"] == 1


async def test_an_idempotency_key_counts_once_even_when_its_answer_is_forgotten(learner: Learner) -> None:
    card = (await learner.add())["id"]
    for _ in range(2):
        answer = await learner.http.post(
            f"{CARDS}{card}/review/", json={"quality_response": 4}, headers={"Idempotency-Key": "k"}
        )
        assert answer.status_code == 200
        await learner.stack.advance(hours=25)
    assert (await learner.get(f"{card}/"))["total_reviews"] == 1


async def test_two_clients_reviewing_one_card_at_once_both_count(learner: Learner) -> None:
    card = (await learner.add())["id"]
    await asyncio.gather(*(learner.review(card, quality) for quality in (4, 5, 4, 5)))
    got = await learner.get(f"{card}/")
    assert (got["total_reviews"], got["repetitions"]) == (4, 4)
    history = await learner.get(f"{card}/reviews/")
    assert {review["repetitions"] for review in history["results"]} == {1, 2, 3, 4}


async def test_a_late_review_takes_its_place_among_the_others(learner: Learner) -> None:
    late, straight = (await learner.add())["id"], (await learner.add())["id"]
    now = learner.stack.clock.now()
    times = [(now - timedelta(days=days)).isoformat() for days in (9, 6, 3)]
    for position in (2, 0, 1):
        await learner.review(late, (5, 2, 4)[position], reviewed_at=times[position])
    for position in (0, 1, 2):
        await learner.review(straight, (5, 2, 4)[position], reviewed_at=times[position])
    same = ("ease_factor", "interval_days", "repetitions", "lapses", "next_review_date", "last_reviewed")
    one, other = await learner.get(f"{late}/"), await learner.get(f"{straight}/")
    assert {name: one[name] for name in same} == {name: other[name] for name in same}
    histories = [(await learner.get(f"{card}/reviews/"))["results"] for card in (late, straight)]
    assert [review["interval_days"] for review in histories[0]] == [
        review["interval_days"] for review in histories[1]
    ]


async def test_a_review_from_before_the_card_was_made_is_taken(learner: Learner) -> None:
    card = (await learner.add())["id"]
    done = await learner.review(card, 4, reviewed_at="2025-12-24T18:00:00+01:00")
    assert done["next_review_date"] == "2025-12-25T00:00:00.000Z"
    assert [each["id"] for each in await learner.get("due/")] == [card]


async def test_the_history_shows_the_latest_first_with_what_was_said(learner: Learner) -> None:
    card = (await learner.add())["id"]
    await learner.review(card, 3, notes="hm", user_answer="light", response_time_seconds=12.5)
    await learner.stack.advance(days=1)
    await learner.review(card, 5)
    page = await learner.get(f"{card}/reviews/", page_size=1)
    assert (page["count"], page["results"][0]["quality_response"]) == (2, 5)
    older = (await learner.http.get(page["next"])).json()["results"][0]
    assert older | {
        "quality_response": 3, "reviewed_at": "2026-03-02T12:00:02.000Z", "interval_days": 1,
        "ease_factor": 2.36, "response_time_seconds": 12.5, "notes": "hm", "user_answer": "light",
    } == older  # fmt: skip


async def test_undo_takes_the_last_review_back_as_if_it_had_not_been(learner: Learner) -> None:
    card = (await learner.add())["id"]
    before, stats = await learner.get(f"{card}/"), await learner.get("stats/")
    await learner.review(card, 1)
    await learner.stack.advance(minutes=1)
    between = await learner.get(f"{card}/")
    await learner.review(card, 5)
    assert await learner.post(f"{card}/undo/") == between
    assert await learner.post(f"{card}/undo/") == before
    assert await learner.get("stats/") == stats
    assert (await learner.http.post(f"{CARDS}{card}/undo/")).status_code == 409
    assert (await learner.get(f"{card}/reviews/"))["results"] == []


async def test_a_review_taken_back_does_not_return_when_it_is_handed_in_again(learner: Learner) -> None:
    card = (await learner.add())["id"]
    before, stats = await learner.get(f"{card}/"), await learner.get("stats/")
    await learner.review(card, 1, client_review_id="c1")
    await learner.post(f"{card}/undo/")
    await learner.review(card, 1, client_review_id="c1")
    assert await learner.get(f"{card}/") == before
    assert await learner.get("stats/") == stats


async def test_undo_after_a_late_review_takes_the_latest_by_time(learner: Learner) -> None:
    card = (await learner.add())["id"]
    await learner.review(card, 5)
    await learner.review(card, 1, reviewed_at="2026-03-01T12:00:00Z")
    left = await learner.post(f"{card}/undo/")
    assert (left["total_reviews"], left["lapses"]) == (1, 1)
    history = await learner.get(f"{card}/reviews/")
    assert [review["quality_response"] for review in history["results"]] == [1]


async def test_a_review_whose_document_is_lost_cannot_be_undone(learner: Learner) -> None:
    card = (await learner.add())["id"]
    done = await learner.review(card)
    await learner.stack.services.store.delete(REVIEWS.doc(done["review_id"], user=learner.id))
    assert (await learner.http.post(f"{CARDS}{card}/undo/")).status_code == 409


async def test_difficult_and_mastered_cards_are_told_apart(learner: Learner) -> None:
    hard, known = (await learner.add())["id"], (await learner.add())["id"]
    for _ in range(4):
        last = await learner.review(hard, 1)
    assert last["mastery"] == "difficult"
    grades = []
    for days in (0, 1, 6, 17):
        await learner.stack.advance(days=days)
        grades.append((await learner.review(known, 5))["mastery"])
    assert grades == ["learning", "learning", "learning", "mastered"]


@pytest.mark.parametrize("scheduler", ["sm2", "fsrs"])
async def test_six_answers_within_a_minute_lead_no_further_than_one(learner: Learner, scheduler: str) -> None:
    await learner.stack.services.store.merge(
        STUDY_STATES.doc(STATE, user=learner.id), {"scheduler": scheduler}
    )
    once, often = (await learner.add())["id"], (await learner.add())["id"]
    first = await learner.review(once, 5)
    for _ in range(6):
        last = await learner.review(often, 5)
    if scheduler == "sm2":
        assert last["interval_days"] == first["interval_days"] == 1
    assert last["mastery"] == "learning"
    await learner.stack.advance(days=1)
    assert (await learner.review(often, 5))["mastery"] == "learning"


async def test_an_answer_again_on_the_same_day_costs_no_interval(learner: Learner) -> None:
    """The next day's answer is the second repetition, as if the first day had had one answer."""
    card = (await learner.add())["id"]
    for _ in range(3):
        await learner.review(card, 4)
    await learner.stack.advance(days=1)
    assert (await learner.review(card, 4))["interval_days"] == 6


async def test_undo_gives_back_a_schedule_from_before_fsrs_as_it_was(learner: Learner) -> None:
    card = (await learner.add())["id"]
    await learner.review(card, 4)
    await learner.stack.advance(days=1)
    ref = FLASHCARDS.doc(card, user=learner.id)
    await learner.stack.services.store.merge(ref, {"schedule": {"stability": None, "difficulty": None}})
    before = await learner.get(f"{card}/")
    await learner.review(card, 4)
    assert await learner.post(f"{card}/undo/") == before
