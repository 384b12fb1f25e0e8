"""A card that is forgotten again and again is suspended."""

import pytest

from functions.assessments.flashcards.cards.rules import count_leech_stages
from tests.functions.assessments.learners import Learner


async def forget(learner: Learner, card: str, times: int) -> dict[str, object]:
    for _ in range(times):
        done = await learner.review(card, 1)
    return done


@pytest.mark.parametrize(("lapses", "stage"), [(0, 0), (7, 0), (8, 1), (11, 1), (12, 2), (16, 3)])
def test_a_leech_is_found_at_eight_lapses_and_every_four_after(lapses: int, stage: int) -> None:
    assert count_leech_stages(lapses) == stage


async def test_the_eighth_lapse_suspends_the_card_and_marks_it(learner: Learner) -> None:
    card = (await learner.add())["id"]
    seventh = await forget(learner, card, 7)
    assert (seventh["leech"], seventh["status"]) == (False, "active")
    eighth = await forget(learner, card, 1)
    assert (eighth["leech"], eighth["status"]) == (True, "suspended")
    got = await learner.get(f"{card}/")
    assert (got["leech"], got["status"], got["lapses"]) == (True, "suspended", 8)
    stats = await learner.get("stats/")
    assert (stats["total_flashcards"], stats["active_flashcards"]) == (1, 0)
    await learner.stack.advance(days=2)
    assert await learner.get("due/") == []


async def test_undo_takes_the_suspension_back_with_the_lapse(learner: Learner) -> None:
    card = (await learner.add())["id"]
    await forget(learner, card, 7)
    before, stats = await learner.get(f"{card}/"), await learner.get("stats/")
    await forget(learner, card, 1)
    assert await learner.post(f"{card}/undo/") == before
    assert await learner.get("stats/") == stats


async def test_undo_leaves_a_card_that_the_user_suspended(learner: Learner) -> None:
    card = (await learner.add())["id"]
    await forget(learner, card, 8)
    await learner.post(f"{card}/unsuspend/")
    await learner.post(f"{card}/suspend/")
    undone = await learner.post(f"{card}/undo/")
    assert (undone["status"], undone["leech"]) == ("suspended", False)


async def test_undo_leaves_a_card_that_the_user_suspended_before_it_failed(learner: Learner) -> None:
    """The review was made on another device, which did not know."""
    card = (await learner.add())["id"]
    await forget(learner, card, 7)
    await learner.post(f"{card}/suspend/")
    assert (await forget(learner, card, 1))["status"] == "suspended"
    undone = await learner.post(f"{card}/undo/")
    assert (undone["status"], undone["leech"]) == ("suspended", False)


async def test_a_leech_that_is_studied_again_keeps_its_mark_and_gets_four_more_tries(
    learner: Learner,
) -> None:
    card = (await learner.add())["id"]
    await forget(learner, card, 8)
    resumed = await learner.post(f"{card}/unsuspend/")
    assert (resumed["leech"], resumed["status"]) == (True, "active")
    assert (await forget(learner, card, 3))["status"] == "active"
    assert (await forget(learner, card, 1))["status"] == "suspended"


async def test_a_batch_finds_leeches_too(learner: Learner) -> None:
    card = (await learner.add())["id"]
    reviews = [
        {
            "flashcard": card,
            "quality_response": 2,
            "client_review_id": f"{n}",
            "reviewed_at": f"2026-02-{n:02}T12:00:00Z",
        }
        for n in range(1, 10)
    ]
    (done,) = (await learner.post("reviews/batch/", {"reviews": reviews}))["flashcards"]
    assert (done["leech"], done["status"]) == (True, "suspended")
    assert (await learner.post(f"{card}/undo/"))["status"] == "suspended"  # the eighth did it, not the ninth
    assert (await learner.post(f"{card}/undo/"))["status"] == "active"
