"""What a new version of a document means for what quoted the old one."""

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from functions.assessments.flashcards.cards.models import Citation, Flashcard
from shared.retrieval.protocol import Chunk
from shared.text.folding import find_quote, fold_text, fold_with_spans

CHANGED_FROM = 75.0  # percent of the quote's characters that stand together in one passage


class Text(NamedTuple):
    """The new version: as a whole, and the passages that come nearest to the quote, the best first."""

    whole: str
    passages: Sequence[Chunk]


def looked_up(citation: Citation, text: Text, *, version: int) -> Citation:
    """The citation as the version has it: at its new place, changed, or gone."""
    for chunk in text.passages:
        quote = find_quote(citation.quote, chunk.text, fold_with_spans(chunk.text))
        if quote is not None:
            return citation.model_copy(
                update={
                    "chunk_id": chunk.chunk_id,
                    "page": chunk.page,
                    "quote": quote,
                    "state": "current",
                    "document_version": version,
                }
            )
    if (
        find_quote(citation.quote, text.whole, fold_with_spans(text.whole)) is not None
    ):  # over the edge of a passage
        return citation.model_copy(update={"state": "current", "document_version": version})
    return citation.model_copy(update={"state": "changed" if _resembled(citation.quote, text) else "gone"})


def retired(card: Flashcard, citation: Citation) -> Flashcard:
    """The card with its citation: archived, with its history, where the words are gone; back where they are
    there again."""
    status = card.status
    if citation.state == "gone" and status == "active":
        status = "archived"
    elif (
        card.citation is not None and card.citation.state == "gone" != citation.state and status == "archived"
    ):
        status = "active"
    return card.model_copy(update={"citation": citation, "status": status})


def _resembled(quote: str, text: Text) -> bool:
    wanted = fold_text(quote)
    return any(
        fuzz.partial_ratio(wanted, fold_text(chunk.text), score_cutoff=CHANGED_FROM)
        for chunk in text.passages
    )
