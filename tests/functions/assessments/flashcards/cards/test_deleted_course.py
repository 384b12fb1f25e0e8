"""A deleted course's cards show nowhere at once, and are gone for good later."""

import pytest

from functions.assessments.flashcards.cards.store import FLASHCARDS, get_study_state
from functions.assessments.flashcards.reviews.store import REVIEWS
from functions.assessments.purging.service import purge_course
from functions.assessments.purging.tasks import PurgeCourse
from tests.functions.assessments.learners import CARDS, Learner


async def test_its_cards_are_invisible_before_they_are_deleted(learner: Learner) -> None:
    doomed = await learner.new_course()
    kept = [card["id"] for card in await learner.add_many(3)]
    gone = [card["id"] for card in await learner.add_many(30, course=doomed, tags=["a"])]
    kept += [card["id"] for card in await learner.add_many(2, tags=["a"])]
    await learner.delete_course(doomed)

    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "suspend/"), ("GET", "reviews/")):
        answer = await learner.http.request(method, f"{CARDS}{gone[0]}/{path}")
        assert answer.status_code == 404
    review = await learner.http.post(f"{CARDS}{gone[0]}/review/", json={"quality_response": 4})
    assert review.status_code == 404
    new = {"course": doomed, "question": "q", "answer": "a"}
    assert (await learner.http.post(CARDS, json=new)).status_code == 404
    moved = await learner.http.patch(f"{CARDS}{kept[0]}/", json={"course": doomed})
    assert moved.status_code == 404

    assert {card["id"] for card in await learner.listed(page_size=3)} == set(kept)
    assert (await learner.get(page_size=3))["count"] == 5
    assert (await learner.get(tag="a"))["count"] == 2
    assert (await learner.get(course=doomed)) == {"count": 0, "next": None, "previous": None, "results": []}
    assert sorted(card["id"] for card in await learner.get("due/", limit=4)) == sorted(kept)[:4]
    assert (await learner.get("stats/"))["total_flashcards"] == 5
    assert (await learner.get("stats/", course=doomed))["total_flashcards"] == 0


@pytest.mark.slow
async def test_its_cards_and_their_reviews_are_deleted_in_bounded_steps(learner: Learner) -> None:
    store, doomed = learner.stack.services.store, await learner.new_course()
    kept = (await learner.add())["id"]
    gone = [card["id"] for card in await learner.add_many(70, course=doomed)]
    reviews = [
        {"flashcard": card, "quality_response": 4, "reviewed_at": f"2026-02-{day:02}T12:00:00Z"}
        for card in gone[:40]
        for day in range(1, 13)
    ]
    assert (await learner.post("reviews/batch/", {"reviews": reviews}))["accepted"] == 480
    await learner.review(kept)
    await learner.delete_course(doomed)
    await learner.stack.drain()
    assert [card.id for card in await store.find(FLASHCARDS.query(user=learner.id))] == [kept]
    assert {review.flashcard for review in await store.find(REVIEWS.query(user=learner.id))} == {kept}
    assert (await get_study_state(store, learner.id)).forgotten_courses == ()
    stats = await learner.get("stats/")
    assert (stats["total_flashcards"], stats["average_success_rate"]) == (1, 1.0)


async def test_a_purge_delivered_for_a_course_that_is_there_does_nothing(learner: Learner) -> None:
    await learner.add()
    await purge_course(learner.stack.services.store, PurgeCourse(user=learner.id, course=learner.course))
    assert (await learner.get())["count"] == 1
