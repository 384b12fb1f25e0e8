"""Citations of cards and questions after their document was replaced, through the API."""

from typing import Any

import pytest

from tests.functions.assessments.generation.material import TEXT, processed_document
from tests.stack import Stack, User

CARDS = "/api/v1/assessments/flashcards/"
STROMA = "The stroma is the fluid that surrounds the thylakoids inside the chloroplast."
NEWER = TEXT.replace(STROMA, STROMA.replace("the fluid that", "the colourless fluid that")).replace(
    "Glycolysis is the breakdown of one molecule of glucose into two molecules of pyruvate.\n", ""
)


@pytest.fixture
async def document(stack: Stack, user: User, course: str) -> str:
    document = await processed_document(stack, user, course)
    made = await user.http.post(
        f"{CARDS}generate/", json={"course_id": course, "count": 20, "document_ids": [document]}
    )
    assert made.status_code == 201, made.text
    return document


async def replace(stack: Stack, user: User, course: str, document: str, text: str) -> None:
    url = f"/api/v1/courses/{course}/documents/{document}/replace/"
    answer = await user.http.post(url, files={"file": ("notes.md", text.encode())})
    assert answer.status_code == 202, answer.text
    await stack.drain()


async def list_cards(user: User) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await user.http.get(CARDS, params={"page_size": 100})).json()["results"]
    return found


def select_quoting(found: list[dict[str, Any]], words: str) -> list[dict[str, Any]]:
    return [card for card in found if words in card["citation"]["quote"]]


async def test_cards_are_kept_flagged_or_archived(
    stack: Stack, user: User, course: str, document: str
) -> None:
    before = await list_cards(user)
    lost = select_quoting(before, "Glycolysis is")
    assert lost, "this test needs a card about glycolysis"
    review = {"quality_response": 5, "client_review_id": "r1"}
    await user.http.post(f"{CARDS}{lost[0]['id']}/review/", json=review)
    await replace(stack, user, course, document, NEWER)
    after = await list_cards(user)
    assert len(after) == len(before)
    assert {(c["citation"]["state"], c["status"]) for c in select_quoting(after, "Glycolysis is")} == {
        ("gone", "archived")
    }
    assert {(c["citation"]["state"], c["status"]) for c in select_quoting(after, "The stroma is")} == {
        ("changed", "active")
    }
    unchanged = select_quoting(after, "Chlorophyll is")
    assert {(c["citation"]["state"], c["citation"]["document_version"]) for c in unchanged} == {
        ("current", 2)
    }
    history = (await user.http.get(f"{CARDS}{lost[0]['id']}/reviews/")).json()
    assert history["count"] == 1


async def test_counts_follow_archived_cards_and_a_returned_quote_restores_them(
    stack: Stack, user: User, course: str, document: str
) -> None:
    total = len(await list_cards(user))
    await replace(stack, user, course, document, NEWER)
    gone = len(select_quoting(await list_cards(user), "Glycolysis is"))
    stats = (await user.http.get(f"{CARDS}stats/")).json()
    assert (stats["total_flashcards"], stats["active_flashcards"]) == (total, total - gone)
    await replace(stack, user, course, document, TEXT + "\nOne more line at the end.\n")
    found = await list_cards(user)
    assert {(c["citation"]["state"], c["status"]) for c in found} == {("current", "active")}
    stats = (await user.http.get(f"{CARDS}stats/")).json()
    assert stats["active_flashcards"] == total


async def test_processing_the_same_version_again_changes_nothing(
    stack: Stack, user: User, course: str, document: str
) -> None:
    before = await list_cards(user)
    await user.http.post(f"/api/v1/courses/{course}/documents/{document}/reprocess/")
    await stack.drain()
    assert await list_cards(user) == before
