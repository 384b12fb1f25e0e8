"""Generated cards as a client sees them."""

from collections.abc import Mapping

from functions.assessments.cards.models import Citation
from functions.assessments.generation.drafting import Drafting
from functions.assessments.generation.gate import AcceptedCard
from functions.assessments.generation.schemas import (
    GateReport,
    GeneratedCard,
    GeneratedCards,
)


def citation(card: AcceptedCard, names: Mapping[str, str]) -> Citation:
    return Citation(
        document_id=card.document_id,
        chunk_id=card.chunk_id,
        quote=card.quote,
        page=card.page,
        document_name=names.get(card.document_id),
    )


def card_view(card_id: str, card: AcceptedCard, *, generator: str, names: Mapping[str, str]) -> GeneratedCard:
    return GeneratedCard(
        id=card_id,
        question=card.question,
        answer=card.answer,
        explanation=card.explanation,
        card_type=card.card_type,
        difficulty_level=card.difficulty,
        confidence=round(card.confidence, 2),
        generator=generator,
        citation=citation(card, names),
    )


def answer(cards: list[GeneratedCard], drafting: Drafting, *, generator: str) -> GeneratedCards:
    usage = drafting.usage
    return GeneratedCards(
        flashcards=cards,
        confidence=round(sum(card.confidence for card in cards) / len(cards), 2),
        agent_metadata=GateReport(
            generator=generator,
            proposed=drafting.proposed,
            accepted=len(cards),
            dropped=drafting.dropped,
            tokens=usage.input_tokens + usage.output_tokens,
        ),
    )
