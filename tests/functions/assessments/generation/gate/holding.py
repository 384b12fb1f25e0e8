"""What must hold of everything that passes the gate, and of everything generated that is saved."""

from collections.abc import Iterable
from math import isfinite

from functions.assessments.flashcards.cards.models import Citation
from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.generation.gate.cards import AcceptedCard
from functions.assessments.generation.gate.markup import addresses, loads, unsafe
from functions.assessments.generation.gate.questions import AcceptedQuestion
from functions.assessments.quizzes.questions.store import QUESTIONS
from shared.model.protocol import Passage
from shared.text.folding import fold_text
from shared.text.invisible import strip_invisible
from tests.stack import Stack

MOST_CHUNKS = 200


def assert_holds(item: AcceptedCard | AcceptedQuestion, passages: Iterable[Passage]) -> None:
    """The quote is the source's own, and nothing of the item acts, hides or leads elsewhere."""
    (passage,) = (passage for passage in passages if passage.chunk_id == item.chunk_id)
    assert item.quote
    assert item.quote in passage.text
    assert (item.document_id, item.page) == (passage.document_id, passage.page)
    assert not loads(item.quote)
    for text in (*seen(item), item.quote):
        assert not unsafe(text)
        assert addresses(text) <= addresses(passage.text)
    for text in seen(item):
        assert text == strip_invisible(text)
    if isinstance(item, AcceptedQuestion):
        assert_has_a_key(item)


def seen(item: AcceptedCard | AcceptedQuestion) -> tuple[str, ...]:
    """All texts of an item but its quote."""
    if isinstance(item, AcceptedCard):
        return (item.question, item.answer, item.explanation, item.concept)
    rubric = (point.text for point in item.rubric)
    return (item.question, item.explanation, item.concept, *item.options, *item.accepted_answers, *rubric)


def assert_has_a_key(item: AcceptedQuestion) -> None:
    """A key of its type and nothing of another's."""
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


async def assert_saved_items_stand_in_their_source(stack: Stack, user_id: str) -> int:
    """Every generated card and question of the user quotes its document word for word. Gives their number."""
    cards = await stack.services.store.find(FLASHCARDS.query(user=user_id).where("source", "==", "generated"))
    questions = await stack.services.store.find(QUESTIONS.query(user=user_id))
    cited = [card.citation for card in cards]
    cited += [question.citation for question in questions if question.generator]
    for citation in cited:
        assert citation is not None
        await _assert_stands(stack, citation)
    return len(cited)


async def _assert_stands(stack: Stack, citation: Citation) -> None:
    chunks = await stack.services.retrieval.retrieve(
        document_ids=[citation.document_id], query="", max_chunks=MOST_CHUNKS
    )
    (text,) = (chunk.text for chunk in chunks if chunk.chunk_id == citation.chunk_id)
    assert citation.quote
    assert citation.quote in text
