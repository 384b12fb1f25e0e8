"""Generated cards and questions as a client sees them."""

from functions.assessments.flashcards.cards.models import Citation
from functions.assessments.generation.gate.cards import AcceptedCard
from functions.assessments.generation.gate.questions import AcceptedQuestion
from functions.assessments.generation.runs.context import Material
from functions.assessments.generation.runs.identity import card_id, question_id
from functions.assessments.generation.runs.models import Order
from functions.assessments.generation.runs.schemas import GeneratedCard, GeneratedQuestion

POINTS = 1.0  # of each generated question


def citation(item: AcceptedCard | AcceptedQuestion, material: Material) -> Citation:
    document = material.documents.get(item.document_id)
    return Citation(
        document_id=item.document_id,
        chunk_id=item.chunk_id,
        quote=item.quote,
        page=item.page,
        document_name=document.name if document else None,
        document_version=document.version if document else 1,
    )


def card_view(
    card: AcceptedCard, position: int, order: Order, material: Material, generator: str
) -> GeneratedCard:
    return GeneratedCard(
        id=card_id(order, position),
        question=card.question,
        answer=card.answer,
        explanation=card.explanation,
        card_type=card.card_type,
        difficulty_level=card.difficulty,
        confidence=round(card.confidence, 2),
        generator=generator,
        citation=citation(card, material),
    )


def question_view(
    question: AcceptedQuestion, position: int, order: Order, material: Material, generator: str
) -> GeneratedQuestion:
    return GeneratedQuestion(
        id=question_id(order, position),
        question_text=question.question,
        question_type=question.question_type,
        points=POINTS,
        options=list(question.options),
        correct_answer=question.key,
        explanation=question.explanation,
        difficulty_level=question.difficulty,
        confidence=round(question.confidence, 2),
        generator=generator,
        citation=citation(question, material),
    )
