"""Lists of cards: filters, search, paging, due."""

from typing import Any

from tests.functions.assessments.learners import CARDS, Learner


async def ids(learner: Learner, **params: Any) -> list[str]:
    return [card["id"] for card in await learner.listed(**params)]


async def test_filters_combine(learner: Learner) -> None:
    other = await learner.new_course()
    easy = await learner.add(difficulty_level="easy", tags=["a"])
    hard = await learner.add(difficulty_level="hard", tags=["a", "b"])
    away = await learner.add(course=other, difficulty_level="hard", tags=["b"])
    await learner.post(f"{hard['id']}/suspend/")
    await learner.review(easy["id"])
    assert await ids(learner) == [away["id"], hard["id"], easy["id"]]
    assert await ids(learner, course=other) == [away["id"]]
    assert await ids(learner, difficulty_level="hard") == [away["id"], hard["id"]]
    assert await ids(learner, difficulty_level="hard", tag="a") == [hard["id"]]
    assert await ids(learner, status="suspended", mastery="new", tag="b") == [hard["id"]]
    assert await ids(learner, mastery="learning") == [easy["id"]]
    assert await ids(learner, course=other, tag="a") == []
    everything = {"course": learner.course, "difficulty_level": "easy", "status": "active"}
    assert await ids(learner, **everything, mastery="learning", tag="a", search="what") == [easy["id"]]


async def test_an_unknown_value_of_a_filter_is_422(learner: Learner) -> None:
    for name in ("difficulty_level", "status", "mastery"):
        answer = await learner.http.get(CARDS, params={name: "unheard-of"})
        assert (answer.status_code, list(answer.json()["details"])) == (422, [name])


async def test_search_finds_beginnings_of_words_without_case_and_accents(learner: Learner) -> None:
    card = await learner.add(question="Où est la Révolution électromagnétique?", answer="Paris, 1789")
    await learner.add(question="Something else", answer="entirely")
    for text in ("revol", "ÉLECTRO", "electromagnetique", "paris ou", "1789", "RÉVOLUTION est"):
        assert await ids(learner, search=text) == [card["id"]], text
    for text in ("evolution", "electromagnetism", "paris berlin"):
        assert await ids(learner, search=text) == [], text
    assert len(await ids(learner, search=" ")) == 2


async def test_search_and_tag_together_page_through_what_is_sifted(learner: Learner) -> None:
    await learner.add_many(60, tags=["plain"])
    wanted = [(await learner.add(question="What is gold?", tags=["rare"]))["id"]]
    await learner.add_many(60, tags=["plain"])
    wanted.insert(0, (await learner.add(question="What is silver?", tags=["rare"]))["id"])
    assert await ids(learner, search="what", tag="rare", page_size=5) == wanted


async def test_pages_lead_forth_and_back_while_sifting(learner: Learner) -> None:
    for position in range(12):
        await learner.add(question=f"Number {position}", tags=["even"] if position % 2 == 0 else [])
    first = await learner.get(search="number", tag="even", page_size=4)
    second = (await learner.http.get(first["next"])).json()
    back = (await learner.http.get(second["previous"])).json()
    assert [card["question"] for card in first["results"]] == [f"Number {n}" for n in (10, 8, 6, 4)]
    assert [card["question"] for card in second["results"]] == ["Number 2", "Number 0"]
    assert (second["next"], first["previous"]) == (None, None)
    assert [card["question"] for card in back["results"]] == [f"Number {n}" for n in (10, 8, 6, 4)]


async def test_count_comes_from_the_kept_counts_or_from_counting(learner: Learner) -> None:
    await learner.add_many(30, tags=["a"])
    await learner.add_many(3, difficulty_level="hard")
    assert (await learner.get(page_size=5))["count"] == 33
    assert (await learner.get(page_size=5, course=learner.course))["count"] == 33
    assert (await learner.get(page_size=5, tag="a"))["count"] == 30
    assert (await learner.get(page_size=5, difficulty_level="hard"))["count"] == 3


async def test_due_cards_come_most_overdue_first_and_no_more_than_asked(learner: Learner) -> None:
    cards = [card["id"] for card in await learner.add_many(5)]
    for days_ago, card in zip((2, 5, 3, 9), cards, strict=False):
        reviewed_at = f"2026-02-{28 - days_ago:02}T12:00:00Z"
        await learner.review(card, 4, reviewed_at=reviewed_at)
    due = [card["id"] for card in await learner.get("due/")]
    assert due == [cards[3], cards[1], cards[2], cards[0], cards[4]]
    assert [card["id"] for card in await learner.get("due/", limit=2)] == due[:2]
    other = await learner.new_course()
    assert await learner.get("due/", course=other) == []
    for limit in (0, 101):
        assert (await learner.http.get(f"{CARDS}due/", params={"limit": limit})).status_code == 422
