"""Effects of a new version on a citation and its card."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from functions.assessments.flashcards.cards.models import Citation, Flashcard, Schedule
from functions.assessments.generation.citations.rules import NewVersion, apply_citation, update_citation
from shared.retrieval.protocol import Chunk

QUOTE = "Chlorophyll is the green pigment that absorbs red and blue light."


def citation(**fields: Any) -> Citation:
    return Citation.model_validate(
        {"document_id": "d", "chunk_id": "old", "quote": QUOTE, "page": 3} | fields
    )


def version(*passages: str, number: int = 2) -> NewVersion:
    chunks = [
        Chunk(chunk_id=f"new{place}", document_id="d", text=each, page=place + 7)
        for place, each in enumerate(passages)
    ]
    return NewVersion(number, " ".join(passages), chunks)


def card(**fields: Any) -> Flashcard:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    made: dict[str, Any] = {
        "id": "c", "course": "k", "question": "What is chlorophyll?", "answer": "The green pigment",
        "schedule": Schedule(scheduled_on=date(2026, 3, 2)), "due_on": date(2026, 3, 2),
        "created_at": now, "updated_at": now, "citation": citation(),
    }  # fmt: skip
    return Flashcard.model_validate(made | fields)


def test_a_quote_in_the_new_version_gets_its_new_place() -> None:
    found = update_citation(citation(), version("Other.", f"Plants. {QUOTE} More."))
    assert (found.state, found.document_version, found.chunk_id, found.page) == ("current", 2, "new1", 8)


def test_a_quote_across_two_passages_is_current() -> None:
    found = update_citation(citation(), version(QUOTE[:32], QUOTE[33:]))
    assert (found.state, found.chunk_id) == ("current", "old")


def test_an_edited_quote_is_changed_and_keeps_its_version() -> None:
    edited = QUOTE.replace("red and blue", "blue and some red")
    found = update_citation(citation(), version(f"Plants. {edited} More."))
    assert (found.state, found.document_version, found.quote) == ("changed", 1, QUOTE)


@pytest.mark.parametrize(
    "passages", [(), ("The French Revolution began in 1789 with the fall of the Bastille.",)]
)
def test_a_quote_that_is_nowhere_is_gone(passages: tuple[str, ...]) -> None:
    assert update_citation(citation(), version(*passages)).state == "gone"


def test_a_card_whose_quote_is_gone_is_archived_until_it_returns() -> None:
    gone = apply_citation(card(), citation(state="gone"))
    assert (gone.status, gone.schedule) == ("archived", card().schedule)
    assert apply_citation(gone, citation(document_version=3)).status == "active"


@pytest.mark.parametrize("status", ["suspended", "archived"])
def test_a_card_that_the_user_put_away_keeps_its_status(status: str) -> None:
    for state in ("current", "changed", "gone"):
        assert apply_citation(card(status=status), citation(state=state)).status == status


def test_a_card_whose_quote_changed_stays_active() -> None:
    assert apply_citation(card(), citation(state="changed")).status == "active"
