"""What a new version means for a quote."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from functions.assessments.flashcards.cards.models import Citation, Flashcard, Schedule
from functions.assessments.generation.citations.rules import Text, looked_up, retired
from shared.retrieval.protocol import Chunk

QUOTE = "Chlorophyll is the green pigment that absorbs red and blue light."


def citation(**fields: Any) -> Citation:
    return Citation.model_validate(
        {"document_id": "d", "chunk_id": "old", "quote": QUOTE, "page": 3} | fields
    )


def text(*passages: str) -> Text:
    chunks = [
        Chunk(chunk_id=f"new{place}", document_id="d", text=each, page=place + 7)
        for place, each in enumerate(passages)
    ]
    return Text(" ".join(passages), chunks)


def card(**fields: Any) -> Flashcard:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    made: dict[str, Any] = {
        "id": "c", "course": "k", "question": "What is chlorophyll?", "answer": "The green pigment",
        "schedule": Schedule(scheduled_on=date(2026, 3, 2)), "due_on": date(2026, 3, 2),
        "created_at": now, "updated_at": now, "citation": citation(),
    }  # fmt: skip
    return Flashcard.model_validate(made | fields)


def test_words_that_stand_are_current_at_their_new_place() -> None:
    found = looked_up(citation(), text("Other.", f"Plants. {QUOTE} More."), version=2)
    assert (found.state, found.document_version, found.chunk_id, found.page) == ("current", 2, "new1", 8)


def test_words_over_the_edge_of_a_passage_are_current() -> None:
    found = looked_up(citation(), text(QUOTE[:32], QUOTE[33:]), version=2)
    assert (found.state, found.chunk_id) == ("current", "old")


def test_words_that_were_edited_are_changed_and_keep_the_version_that_had_them() -> None:
    edited = QUOTE.replace("red and blue", "blue and some red")
    found = looked_up(citation(), text(f"Plants. {edited} More."), version=2)
    assert (found.state, found.document_version, found.quote) == ("changed", 1, QUOTE)


@pytest.mark.parametrize(
    "passages", [(), ("The French Revolution began in 1789 with the fall of the Bastille.",)]
)
def test_words_that_are_nowhere_are_gone(passages: tuple[str, ...]) -> None:
    assert looked_up(citation(), text(*passages), version=2).state == "gone"


def test_a_card_whose_words_are_gone_is_archived_and_comes_back_with_them() -> None:
    gone = retired(card(), citation(state="gone"))
    assert (gone.status, gone.schedule) == ("archived", card().schedule)
    assert retired(gone, citation(document_version=3)).status == "active"


@pytest.mark.parametrize("status", ["suspended", "archived"])
def test_what_the_user_put_away_stays_away(status: str) -> None:
    for state in ("current", "changed", "gone"):
        assert retired(card(status=status), citation(state=state)).status == status


def test_a_card_whose_words_changed_stays_in_its_place() -> None:
    assert retired(card(), citation(state="changed")).status == "active"
