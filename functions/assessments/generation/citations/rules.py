"""Effects of a document's new version on a citation of the old one, and on its card."""

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz import fuzz

from functions.assessments.flashcards.cards.models import Citation, Flashcard
from shared.retrieval.protocol import Chunk
from shared.text.folding import find_quote, fold_text

# Percent of the quote's characters that a passage has in one piece; fewer, and the quote is gone.
_MIN_SIMILARITY_PERCENT = 75.0


class NewVersion(NamedTuple):
    """The version's whole text, and the passages that are most similar to the quote, the nearest first."""

    number: int
    text: str
    passages: Sequence[Chunk]


def update_citation(citation: Citation, version: NewVersion) -> Citation:
    """Return the citation at its new place, or marked as changed or gone."""
    for passage in version.passages:
        quote = find_quote(citation.quote, passage.text)
        if quote is not None:
            return citation.model_copy(
                update={
                    "chunk_id": passage.chunk_id,
                    "page": passage.page,
                    "quote": quote,
                    "state": "current",
                    "document_version": version.number,
                }
            )
    if find_quote(citation.quote, version.text) is not None:  # across two passages
        return citation.model_copy(update={"state": "current", "document_version": version.number})
    state = "changed" if _has_similar_passage(citation.quote, version) else "gone"
    return citation.model_copy(update={"state": state})


def apply_citation(card: Flashcard, citation: Citation) -> Flashcard:
    """Return the card with its new citation, and archived while the quote is gone.

    A card that the user suspended or archived stays so.
    """
    was_gone = card.citation is not None and card.citation.state == "gone"
    status = card.status
    if citation.state == "gone" and status == "active":
        status = "archived"
    elif citation.state != "gone" and was_gone and status == "archived":
        status = "active"
    return card.model_copy(update={"citation": citation, "status": status})


def _has_similar_passage(quote: str, version: NewVersion) -> bool:
    folded = fold_text(quote)
    return any(
        fuzz.partial_ratio(folded, fold_text(passage.text), score_cutoff=_MIN_SIMILARITY_PERCENT)
        for passage in version.passages
    )
