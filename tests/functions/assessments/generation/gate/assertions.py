"""Assertions on everything that passes a gate, and on everything generated that is saved."""

from collections.abc import Iterable
from math import isfinite

from functions.assessments.flashcards.cards.models import Citation
from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.generation.gate import AcceptedCard, AcceptedQuestion
from functions.assessments.generation.gate.markup import find_addresses, has_images, is_unsafe
from functions.assessments.quizzes.questions.store import QUESTIONS
from shared.model.protocol import Passage
from shared.text.folding import fold_text
from shared.text.invisible import strip_invisible
from tests.stack import Stack

MAX_CHUNKS = 200


def assert_sound(item: AcceptedCard | AcceptedQuestion, passages: Iterable[Passage]) -> None:
    """Assert that the quote is the source's own, and that no text acts, hides or leads elsewhere."""
    (passage,) = (passage for passage in passages if passage.chunk_id == item.chunk_id)
    assert item.quote
    assert item.quote in passage.text
    assert (item.document_id, item.page) == (passage.document_id, passage.page)
    assert not has_images(item.quote)
    for text in (*list_texts(item), item.quote):
        assert not is_unsafe(text)
        assert find_addresses(text) <= find_addresses(passage.text)
    for text in list_texts(item):
        assert text == strip_invisible(text)
    if isinstance(item, AcceptedQuestion):
        assert_has_a_key(item)


def list_texts(item: AcceptedCard | AcceptedQuestion) -> tuple[str, ...]:
    """Return every text of an item except its quote."""
    if isinstance(item, AcceptedCard):
        return (item.question, item.answer, item.explanation, item.concept)
    rubric = (point.text for point in item.rubric)
    return (item.question, item.explanation, item.concept, *item.options, *item.accepted_answers, *rubric)


def assert_has_a_key(item: AcceptedQuestion) -> None:
    """Assert that it has a key of its type, and no field of another type."""
    kind = item.question_type
    assert (
        bool(item.options)
        == bool(item.correct)
        == (kind in {"multiple_choice", "multiple_select", "true_false"})
    )
    assert len(set(map(fold_text, item.options))) == len(item.options)
    assert set(item.correct) <= set(range(len(item.options)))
    if item.options:
        assert 0 < len(set(item.correct)) == len(item.correct) < len(item.options)
    if kind in {"multiple_choice", "true_false"}:
        assert len(item.correct) == 1
    assert bool(item.accepted_answers) == (kind == "short_answer")
    assert (item.correct_number is not None) == (kind == "numeric")
    assert isfinite(item.correct_number or 0)
    assert isfinite(item.tolerance)
    assert bool(item.rubric) == (kind == "essay")
    assert item.key
    assert item.explanation


async def assert_saved_items_quote_their_source(stack: Stack, user_id: str) -> int:
    """Assert that every generated card and question quotes its document, and return their number."""
    cards = await stack.services.store.find(FLASHCARDS.query(user=user_id).where("source", "==", "generated"))
    questions = await stack.services.store.find(QUESTIONS.query(user=user_id))
    cited = [card.citation for card in cards]
    cited += [question.citation for question in questions if question.generator]
    for citation in cited:
        assert citation is not None
        await _assert_quoted(stack, citation)
    return len(cited)


async def _assert_quoted(stack: Stack, citation: Citation) -> None:
    chunks = await stack.services.retrieval.retrieve(
        document_ids=[citation.document_id], query="", max_chunks=MAX_CHUNKS
    )
    (text,) = (chunk.text for chunk in chunks if chunk.chunk_id == citation.chunk_id)
    assert citation.quote
    assert citation.quote in text
