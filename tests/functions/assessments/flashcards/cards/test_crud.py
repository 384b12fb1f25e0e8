"""Making, reading, changing and deleting cards."""

from datetime import timedelta
from typing import Any

import pytest

from functions.assessments.flashcards.reviews.store import REVIEWS
from tests.functions.assessments.learners import CARDS, Learner, new_learner

FRANCE = {
    "question": "What is the capital of France?",
    "answer": "Paris",
    "difficulty_level": "easy",
    "tags": ["geography", "europe"],
    "explanation": "Paris is the capital and largest city of France.",
}


async def test_a_new_card_is_due_at_once_and_has_the_starting_schedule(learner: Learner) -> None:
    made = await learner.add(**FRANCE)
    assert made | FRANCE == made
    start: dict[str, Any] = {
        "card_type": "basic", "status": "active", "ease_factor": 2.5, "interval_days": 0, "repetitions": 0,
        "next_review_date": made["created_at"], "last_reviewed": None, "total_reviews": 0,
        "success_rate": 0.0, "lapses": 0, "mastery": "new", "source": "manual", "citation": None,
    }  # fmt: skip
    assert made | start == made
    assert await learner.get(f"{made['id']}/") == made
    assert [card["id"] for card in await learner.get("due/")] == [made["id"]]


async def test_a_card_of_another_user_is_not_there(learner: Learner) -> None:
    made = await learner.add()
    other = await new_learner(learner.stack)
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "suspend/")):
        answer = await other.http.request(method, f"{CARDS}{made['id']}/{path}", json={})
        assert answer.status_code == 404, method


async def test_a_course_that_is_not_there_is_404(learner: Learner) -> None:
    for course in (learner.stack.services.ids.new(), "a/b", ".."):
        body = {"course": course, "question": "q", "answer": "a"}
        assert (await learner.http.post(CARDS, json=body)).status_code == 404


async def test_each_bad_field_is_named(learner: Learner) -> None:
    bad: list[tuple[dict[str, Any], str]] = [
        ({"question": "  "}, "question"),
        ({"answer": "x" * 5001}, "answer"),
        ({"difficulty_level": "brutal"}, "difficulty_level"),
        ({"tags": ["x"] * 21}, "tags"),
        ({"tags": ["x" * 51]}, "tags.0"),
        ({"card_type": "cloze"}, "question"),
        ({"card_type": "cloze", "question": "{{c1::}} is"}, "question"),
        ({"colour": "red"}, "colour"),
        ({"course": None}, "course"),
    ]
    for change, field in bad:
        body = {"course": learner.course, "question": "q", "answer": "a", **change}
        answer = await learner.http.post(CARDS, json=body)
        assert (answer.status_code, list(answer.json()["details"])) == (422, [field])


async def test_a_list_makes_all_or_none_and_names_the_bad_one_by_its_place(learner: Learner) -> None:
    good = {"course": learner.course, "question": "q", "answer": "a"}
    answer = await learner.http.post(CARDS, json=[good, good, good, {**good, "question": ""}])
    assert (answer.status_code, list(answer.json()["details"])) == (422, ["3.question"])
    answer = await learner.http.post(CARDS, json=[good, {**good, "card_type": "cloze"}])
    assert (answer.status_code, list(answer.json()["details"])) == (422, ["1.question"])
    answer = await learner.http.post(CARDS, json=[good, {**good, "course": "elsewhere"}])
    assert answer.status_code == 404
    assert (await learner.get())["count"] == 0


async def test_five_hundred_cards_at_once_keep_their_order_and_more_are_refused(learner: Learner) -> None:
    made = await learner.add_many(500)
    assert [card["question"] for card in made] == [f"What is {n}?" for n in range(500)]
    newest = (await learner.get())["results"][0]
    assert newest["id"] == made[-1]["id"]
    good = {"course": learner.course, "question": "q", "answer": "a"}
    assert (await learner.http.post(CARDS, json=[good] * 501)).status_code == 422
    assert (await learner.http.post(CARDS, json=[])).status_code == 422


async def test_making_one_card_costs_what_is_declared(learner: Learner) -> None:
    await learner.add()
    body = {"course": learner.course, "question": "q", "answer": "a"}
    cost = (await learner.http.post(CARDS, json=body)).headers["X-Store-Cost"]
    assert cost == "reads=3 writes=3 deletes=0 within=yes"


async def test_patch_changes_only_what_is_sent(learner: Learner) -> None:
    made = await learner.add(**FRANCE)
    await learner.stack.advance(minutes=1)
    answer = await learner.http.patch(f"{CARDS}{made['id']}/", json={"tags": ["a", "b", "a"]})
    changed = answer.json()
    assert changed["tags"] == ["a", "b"]
    assert changed["updated_at"] > made["updated_at"]
    assert {**changed, "tags": made["tags"], "updated_at": made["updated_at"]} == made


async def test_patch_with_nothing_new_writes_nothing(learner: Learner) -> None:
    made = await learner.add(**FRANCE)
    answer = await learner.http.patch(f"{CARDS}{made['id']}/", json={"answer": "Paris"})
    assert answer.json() == made
    assert " writes=0 " in answer.headers["X-Store-Cost"]


async def test_null_is_no_value_for_a_field(learner: Learner) -> None:
    made = await learner.add()
    for field in ("question", "tags", "course", "status", "difficulty_level"):
        answer = await learner.http.patch(f"{CARDS}{made['id']}/", json={field: None})
        assert (answer.status_code, list(answer.json()["details"])) == (422, [field])


async def test_put_takes_back_what_was_got_and_ignores_the_schedule(learner: Learner) -> None:
    made = await learner.add(**FRANCE)
    body = {**made, "question": "And of Italy?", "answer": "Rome", "ease_factor": 9.9, "interval_days": 99}
    changed = (await learner.http.put(f"{CARDS}{made['id']}/", json=body)).json()
    assert (changed["question"], changed["answer"]) == ("And of Italy?", "Rome")
    assert (changed["ease_factor"], changed["interval_days"]) == (2.5, 0)


async def test_put_resets_what_is_left_out_but_leaves_an_archived_card_archived(learner: Learner) -> None:
    made = await learner.add(**FRANCE)
    await learner.post(f"{made['id']}/archive/")
    body = {"course": learner.course, "question": "q", "answer": "a"}
    changed = (await learner.http.put(f"{CARDS}{made['id']}/", json=body)).json()
    assert (changed["tags"], changed["explanation"], changed["status"]) == ([], "", "archived")


async def test_a_card_becomes_cloze_only_with_a_gap(learner: Learner) -> None:
    made = await learner.add(question="Paris is in France")
    path = f"{CARDS}{made['id']}/"
    refused = await learner.http.patch(path, json={"card_type": "cloze"})
    assert (refused.status_code, list(refused.json()["details"])) == (422, ["question"])
    body = {"card_type": "cloze", "question": "{{c1::Paris}} is in France"}
    assert (await learner.http.patch(path, json=body)).json()["card_type"] == "cloze"


async def test_a_card_moves_to_another_course_with_its_counts(learner: Learner) -> None:
    made, other = await learner.add(), await learner.new_course()
    path = f"{CARDS}{made['id']}/"
    assert (await learner.http.patch(path, json={"course": "nowhere"})).status_code == 404
    assert (await learner.http.patch(path, json={"course": other})).json()["course"] == other
    assert (await learner.get("stats/", course=other))["total_flashcards"] == 1
    assert (await learner.get("stats/", course=learner.course))["total_flashcards"] == 0
    assert (await learner.get("stats/"))["total_flashcards"] == 1


async def test_a_deleted_card_is_gone_and_its_reviews_follow(learner: Learner) -> None:
    made, kept = await learner.add(), await learner.add()
    for card in (made, kept):
        await learner.review(card["id"], reviewed_at="2026-03-01T10:00:00Z")
        await learner.review(card["id"])
    assert (await learner.http.delete(f"{CARDS}{made['id']}/")).status_code == 204
    assert (await learner.http.get(f"{CARDS}{made['id']}/")).status_code == 404
    assert (await learner.http.delete(f"{CARDS}{made['id']}/")).status_code == 404
    await learner.stack.drain()
    left = await learner.stack.services.store.find(REVIEWS.query(user=learner.id))
    assert {review.flashcard for review in left} == {kept["id"]}
    assert (await learner.get("stats/"))["total_flashcards"] == 1


@pytest.mark.parametrize(
    ("there", "back", "status"), [("suspend", "unsuspend", "suspended"), ("archive", "unarchive", "archived")]
)
async def test_a_card_out_of_study_is_not_due_until_it_is_back(
    learner: Learner, there: str, back: str, status: str
) -> None:
    card = (await learner.add())["id"]
    for _ in range(2):
        assert (await learner.post(f"{card}/{there}/"))["status"] == status
    stats = await learner.get("stats/")
    assert (await learner.get("due/"), stats["due_flashcards"], stats["active_flashcards"]) == ([], 0, 0)
    other = {"unsuspend": "unarchive", "unarchive": "unsuspend"}[back]
    assert (await learner.post(f"{card}/{other}/"))["status"] == status
    assert (await learner.post(f"{card}/{back}/"))["status"] == "active"
    assert len(await learner.get("due/")) == 1
    assert (await learner.get("stats/"))["due_flashcards"] == 1


async def test_a_buried_card_comes_back_on_the_users_next_day(learner: Learner) -> None:
    tokyo = await new_learner(learner.stack, timezone="Asia/Tokyo")  # START is 21:00 there
    card = (await tokyo.add())["id"]
    buried = await tokyo.post(f"{card}/bury/")
    assert buried["next_review_date"] == "2026-03-02T15:00:00.000Z"
    assert await tokyo.get("due/") == []
    assert (await tokyo.get("stats/"))["due_flashcards"] == 0
    await tokyo.stack.advance(hours=3, minutes=1)
    assert len(await tokyo.get("due/")) == 1
    assert (await tokyo.get("stats/"))["due_flashcards"] == 1


async def test_a_buried_card_can_be_unburied(learner: Learner) -> None:
    made = await learner.add()
    await learner.post(f"{made['id']}/bury/")
    back = await learner.post(f"{made['id']}/unbury/")
    assert {**back, "updated_at": made["updated_at"]} == made


async def test_burying_does_not_bring_a_later_card_forward(learner: Learner) -> None:
    card = (await learner.add())["id"]
    day = learner.stack.clock.now() - timedelta(days=1)
    await learner.review(card, 4, reviewed_at=day.isoformat())
    later = await learner.review(card, 4)
    assert (await learner.post(f"{card}/bury/"))["next_review_date"] == later["next_review_date"]
