"""What a generation has before it: passages to draw on, and what is there already and must not come twice."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.generation.concepts.service import known as known_concepts
from functions.assessments.generation.runs import passages as retrieved
from functions.assessments.generation.runs.models import Order
from functions.assessments.quizzes.quizzes.models import Question
from functions.assessments.quizzes.quizzes.store import QUESTIONS
from shared.model.protocol import CardRequest, Passage, QuestionRequest
from shared.published.courses import DocumentSummary
from shared.services import Services
from shared.store.meter import note_items

MOST_KNOWN = 200  # the newest cards, and questions, of the course that new ones must differ from
_MOST_AVOIDED = 60

Known = tuple[tuple[str, str], ...]  # what is asked and its answer, the newest first


@dataclass(frozen=True)
class Material:
    course_name: str
    documents: Mapping[str, DocumentSummary]
    passages: tuple[Passage, ...]
    concepts: tuple[str, ...]
    cards: Known = ()
    questions: Known = ()


async def gathered(services: Services, user_id: str, order: Order) -> Material:
    """Raises the errors of sources."""
    found = await retrieved.documents(services, user_id, order)
    read, course = found.documents, order.course_id
    note_items(len(read))
    return Material(
        course_name=found.course.name,
        documents={document.id: document for document in read},
        passages=await retrieved.passages(services, read, order),
        concepts=await known_concepts(services.store, user_id=user_id, course_id=course),
        cards=await _cards(services, user_id, course) if order.count else (),
        questions=await _questions(services, user_id, course) if order.questions else (),
    )


def card_request(order: Order, material: Material) -> CardRequest:
    return CardRequest(
        passages=material.passages,
        count=order.count,
        topic=order.subject,
        difficulty=order.difficulty_level,
        language=order.language,
        avoid=tuple(asked for asked, _ in material.cards[:_MOST_AVOIDED]),
        focus=order.focus,
        concepts=material.concepts,
    )


def question_request(order: Order, material: Material) -> QuestionRequest:
    return QuestionRequest(
        passages=material.passages,
        count=order.questions,
        question_types=order.question_types,
        topic=order.subject,
        difficulty=order.difficulty_level,
        language=order.language,
        avoid=tuple(asked for asked, _ in material.questions[:_MOST_AVOIDED]),
        focus=order.focus,
        concepts=material.concepts,
    )


async def _cards(services: Services, user_id: str, course: str) -> Known:
    query = FLASHCARDS.query(user=user_id).where("course", "==", course)
    cards = await services.store.find(query.order_by("created_at", descending=True).limit(MOST_KNOWN))
    return tuple((card.question, card.answer) for card in cards)


async def _questions(services: Services, user_id: str, course: str) -> Known:
    query = QUESTIONS.query(user=user_id).where("course", "==", course)
    found = await services.store.find(query.order_by("created_at", descending=True).limit(MOST_KNOWN))
    return tuple((question.question_text, _key(question)) for question in found)


def _key(question: Question) -> str:
    """What is right, in words, as the gate has it."""
    if question.correct_answer is not None:
        return f"{question.correct_answer:g}"
    if question.rubric:
        return "; ".join(point.text for point in question.rubric)
    right = ", ".join(option.text for option in question.options if option.is_correct)
    return right or "".join(question.accepted_answers[:1])
