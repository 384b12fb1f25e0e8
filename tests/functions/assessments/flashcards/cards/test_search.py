"""Searches for cards and courses in scripts without spaces, and of what was stored before."""

import pytest

from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.courses.courses.store import COURSES
from infra.upgrade import list_upgraded_kinds, upgrade
from tests.stack import Stack

CARDS, COURSE_LIST = "/api/v1/assessments/flashcards/", "/api/v1/courses/"
CASES = [
    ("什么是光合作用", "光合作用"), ("植物の光合成とは何か", "光合成"), ("การสังเคราะห์แสงคืออะไร", "แสง"),
    ("រស្មីសំយោគគឺជាអ្វី", "សំយោគ"), ("ການສັງເຄາະແສງແມ່ນຫຍັງ", "ແສງ"), ("한국고등학교의 역사", "고등학교"),
    ("हिन्दी व्याकरण क्या है", "व्याकरण"), ("DNA复制的过程", "DNA复制"), ("什么是光合作用", "光合 什么"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "search"), CASES)
async def test_a_word_is_found_in_cards_and_courses(stack: Stack, text: str, search: str) -> None:
    http = (await stack.sign_up()).http
    course = (await http.post(COURSE_LIST, json={"name": text})).json()["id"]
    await http.post(COURSE_LIST, json={"name": "光合作与用 แส 光の合成 고등"})
    card = {"course": course, "question": text, "answer": "A"}
    made = (await http.post(CARDS, json=card)).json()["id"]
    await http.post(CARDS, json={**card, "question": "光合作与用 แส 光の合成 고등"})
    found = (await http.get(CARDS, params={"search": search})).json()
    assert ([each["id"] for each in found["results"]], found["count"]) == ([made], 1)
    if " " not in search:  # a course's words follow each other
        found = (await http.get(COURSE_LIST, params={"search": search})).json()
        assert ([each["id"] for each in found["results"]], found["count"]) == ([course], 1)


async def test_what_was_stored_before_is_found_after_the_upgrade_at_rest(stack: Stack) -> None:
    user, store = await stack.sign_up(), stack.services.store
    course = (await user.http.post(COURSE_LIST, json={"name": "植物の光合成"})).json()["id"]
    card = {"course": course, "question": "什么是光合作用", "answer": "A"}
    made = (await user.http.post(CARDS, json=card)).json()["id"]
    old_terms = ["什", "什么", "什么是"]
    await store.merge(FLASHCARDS.doc(made, user=user.id), {"search_terms": old_terms})
    await store.merge(COURSES.doc(course, user=user.id), {"search_terms": ["植"]})

    async def count(path: str, search: str) -> int:
        return int((await user.http.get(path, params={"search": search})).json()["count"])

    assert (await count(CARDS, "光合作用"), await count(COURSE_LIST, "光合成")) == (0, 0)
    assert {"courses", "flashcards"} <= set(list_upgraded_kinds())
    for kind in ("courses", "flashcards"):
        assert (await upgrade(store, kind)).upgraded == 1
        assert (await upgrade(store, kind)).upgraded == 0
    assert (await count(CARDS, "光合作用"), await count(COURSE_LIST, "光合成")) == (1, 1)
    assert await count(CARDS, "什么是") == 1


async def test_a_card_that_cannot_be_read_is_counted_and_left(stack: Stack) -> None:
    path = FLASHCARDS.doc("odd", user="u").path
    await stack.services.store.merge(FLASHCARDS.doc("odd", user="u"), {"question": "Q?"})
    done = await upgrade(stack.services.store, "flashcards")
    assert (done.seen, done.upgraded, done.unreadable, done.last) == (1, 0, 1, path)
