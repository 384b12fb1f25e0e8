"""The context of a generation: its passages, and the existing items that it must not repeat."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.generation.concepts.service import load_concepts
from functions.assessments.generation.runs.models import Order
from functions.assessments.generation.runs.passages import load_documents, retrieve_passages
from functions.assessments.quizzes.questions.models import Question
from functions.assessments.quizzes.questions.store import QUESTIONS
from shared.model.protocol import CardRequest, Passage, QuestionRequest
from shared.published.courses import DocumentSummary
from shared.services import Services
from shared.store.meter import note_items

MAX_EXISTING_ITEMS = 200  # the newest cards, and questions, of the course that new ones must differ from
_MAX_AVOIDED_ITEMS = 60

Existing = tuple[tuple[str, str], ...]  # questions with their answers, newest first


@dataclass(frozen=True)
class GenerationContext:
    """Everything a run reads before it asks the model; `cards` and `questions` exist already."""

    course_name: str
    documents: Mapping[str, DocumentSummary]
    passages: tuple[Passage, ...]
    concepts: tuple[str, ...]
    cards: Existing = ()
    questions: Existing = ()


async def load_context(services: Services, user_id: str, order: Order) -> GenerationContext:
    """Load everything that the model and the gates need. Raises as `load_documents`, `retrieve_passages`."""
    course, documents = await load_documents(services, user_id, order)
    note_items(len(documents))
    return GenerationContext(
        course_name=course.name,
        documents={document.id: document for document in documents},
        passages=await retrieve_passages(services, documents, order),
        concepts=await load_concepts(services.store, user_id=user_id, course_id=order.course_id),
        cards=await _load_cards(services, user_id, order.course_id) if order.count else (),
        questions=await _load_questions(services, user_id, order.course_id) if order.questions else (),
    )


def build_card_request(order: Order, context: GenerationContext) -> CardRequest:
    """Build the model's request for the cards of the order; it avoids those that exist."""
    return CardRequest(
        passages=context.passages,
        count=order.count,
        topic=order.subject,
        difficulty=order.difficulty_level,
        language=order.language,
        avoid=tuple(asked for asked, _ in context.cards[:_MAX_AVOIDED_ITEMS]),
        focus=order.focus,
        concepts=context.concepts,
    )


def build_question_request(order: Order, context: GenerationContext) -> QuestionRequest:
    """Build the model's request for the questions of the order; it avoids those that exist."""
    return QuestionRequest(
        passages=context.passages,
        count=order.questions,
        question_types=order.question_types,
        topic=order.subject,
        difficulty=order.difficulty_level,
        language=order.language,
        avoid=tuple(asked for asked, _ in context.questions[:_MAX_AVOIDED_ITEMS]),
        focus=order.focus,
        concepts=context.concepts,
    )


async def _load_cards(services: Services, user_id: str, course: str) -> Existing:
    query = FLASHCARDS.query(user=user_id).where("course", "==", course)
    cards = await services.store.find(query.order_by("created_at", descending=True).limit(MAX_EXISTING_ITEMS))
    return tuple((card.question, card.answer) for card in cards)


async def _load_questions(services: Services, user_id: str, course: str) -> Existing:
    query = QUESTIONS.query(user=user_id).where("course", "==", course)
    questions = await services.store.find(
        query.order_by("created_at", descending=True).limit(MAX_EXISTING_ITEMS)
    )
    return tuple((question.question_text, _describe_key(question)) for question in questions)


def _describe_key(question: Question) -> str:
    """Return the right answer in words, as the gate compares it."""
    if question.correct_answer is not None:
        return f"{question.correct_answer:g}"
    if question.rubric:
        return "; ".join(point.text for point in question.rubric)
    correct = ", ".join(option.text for option in question.options if option.is_correct)
    return correct or "".join(question.accepted_answers[:1])
