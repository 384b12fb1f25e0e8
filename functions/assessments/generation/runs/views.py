"""Views of generated content for clients."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import PurePath
from typing import get_args

from functions.assessments.flashcards.cards.models import Citation
from functions.assessments.generation.gate import AcceptedCard, AcceptedQuestion
from functions.assessments.generation.runs.identity import derive_card_id, derive_question_id, derive_quiz_id
from functions.assessments.generation.runs.run import CardDrafter, GenerationRun, QuestionDrafter
from functions.assessments.generation.runs.schemas import (
    AdaptiveAdjustments,
    AgentReport,
    CardsMade,
    ContentAnalysis,
    ContentMade,
    ContentReports,
    GateReport,
    GeneratedCard,
    GeneratedCards,
    GeneratedContent,
    GeneratedQuestion,
    GeneratedQuiz,
    QuizMade,
)
from shared.model.protocol import Difficulty, Model

POINTS = 1.0  # of each generated question
_MAX_TOPICS = 20

Result = GeneratedCards | GeneratedQuiz | GeneratedContent


async def view_items(
    generation: GenerationRun, model: Model
) -> AsyncIterator[GeneratedCard | GeneratedQuestion]:
    """Yield each item of the run as soon as it has passed its gate. Raises as `GenerationRun.items`."""
    async for item in generation.items(model):
        if isinstance(item, AcceptedCard):
            yield view_card(item, len(generation.cards.accepted) - 1, generation)
        else:
            yield view_question(item, len(generation.questions.accepted) - 1, generation)


def cite(item: AcceptedCard | AcceptedQuestion, generation: GenerationRun) -> Citation:
    """Build the citation of an item, with the document's name and version when the run began."""
    document = generation.context.documents.get(item.document_id)
    return Citation(
        document_id=item.document_id,
        chunk_id=item.chunk_id,
        quote=item.quote,
        page=item.page,
        document_name=document.name if document else None,
        document_version=document.version if document else 1,
    )


def view_card(card: AcceptedCard, position: int, generation: GenerationRun) -> GeneratedCard:
    """Build the public view of an accepted card, by its position in the order."""
    return GeneratedCard(
        id=derive_card_id(generation.order, position),
        question=card.question,
        answer=card.answer,
        explanation=card.explanation,
        card_type=card.card_type,
        difficulty_level=card.difficulty,
        confidence=round(card.confidence, 2),
        generator=generation.generator,
        citation=cite(card, generation),
    )


def view_question(question: AcceptedQuestion, position: int, generation: GenerationRun) -> GeneratedQuestion:
    """Build the public view of an accepted question, by its position in the order."""
    return GeneratedQuestion(
        id=derive_question_id(generation.order, position),
        question_text=question.question,
        question_type=question.question_type,
        points=POINTS,
        options=list(question.options),
        correct_answer=question.key,
        explanation=question.explanation,
        difficulty_level=question.difficulty,
        confidence=round(question.confidence, 2),
        generator=generation.generator,
        citation=cite(question, generation),
    )


def view_result(generation: GenerationRun) -> Result:
    """Return the result of the order in the form that its endpoint promises."""
    if generation.order.assessment is not None:
        return _view_content(generation, generation.order.assessment)
    if generation.order.questions:
        quiz = _view_quiz(generation)
        return GeneratedQuiz(**dict(quiz), agent_metadata=_view_report(generation.questions, generation))
    cards = _view_cards(generation)
    return GeneratedCards(
        flashcards=cards.flashcards,
        confidence=cards.confidence,
        agent_metadata=_view_report(generation.cards, generation),
    )


def choose_quiz_title(generation: GenerationRun) -> str:
    """Return the title ordered, or one from the quiz's topic, its only document, or its course."""
    order, context = generation.order, generation.context
    names = [PurePath(document.name).stem for document in context.documents.values()]
    subject = order.topic or (names[0] if len(names) == 1 else context.course_name)
    return order.title or f"{subject} Quiz"[:200]


def average_confidence(items: Sequence[AcceptedCard] | Sequence[AcceptedQuestion]) -> float:
    """Return the mean confidence from 0 to 1, rounded to two places; 0 without items."""
    return round(sum(item.confidence for item in items) / len(items), 2) if items else 0.0


def _view_content(generation: GenerationRun, assessment_id: str) -> GeneratedContent:
    cards, questions = generation.cards, generation.questions
    return GeneratedContent(
        message="Content generation completed",
        assessment_id=assessment_id,
        status="completed",
        generated_content=ContentMade(
            flashcards=_view_cards(generation) if generation.order.count else None,
            quiz=_view_quiz(generation) if questions.accepted else None,
        ),
        agent_metadata=ContentReports(
            flashcard_generation=_view_agent_report("FlashcardGenerationAgent", cards, generation)
            if generation.order.count
            else None,
            quiz_generation=_view_agent_report("QuizGenerationAgent", questions, generation)
            if generation.order.questions
            else None,
        ),
    )


def _view_cards(generation: GenerationRun) -> CardsMade:
    accepted = generation.cards.accepted
    views = [view_card(card, position, generation) for position, card in enumerate(accepted)]
    return CardsMade(count=len(views), flashcards=views, confidence=average_confidence(accepted))


def _view_quiz(generation: GenerationRun) -> QuizMade:
    accepted = generation.questions.accepted
    return QuizMade(
        quiz_id=derive_quiz_id(generation.order),
        title=choose_quiz_title(generation),
        question_count=len(accepted),
        questions=[
            view_question(question, position, generation) for position, question in enumerate(accepted)
        ],
        confidence=average_confidence(accepted),
    )


def _view_report(drafter: CardDrafter | QuestionDrafter, generation: GenerationRun) -> GateReport:
    proposed = drafter.proposed
    return GateReport(
        generator=generation.generator,
        proposed=proposed,
        accepted=len(drafter.accepted),
        dropped=drafter.dropped,
        dropped_share={rule: round(count / proposed, 4) for rule, count in drafter.dropped.items()},
        tokens=drafter.tokens,
    )


def _view_agent_report(
    name: str, drafter: CardDrafter | QuestionDrafter, generation: GenerationRun
) -> AgentReport:
    levels = Counter(item.difficulty for item in drafter.accepted)
    concepts = dict.fromkeys(item.concept for item in drafter.accepted if item.concept)
    adjustments = generation.order.adjustments
    return AgentReport(
        **dict(_view_report(drafter, generation)),
        agent_used=name,
        processing_time_ms=drafter.milliseconds,
        content_analysis=ContentAnalysis(
            topics_identified=list(concepts)[:_MAX_TOPICS],
            difficulty_distribution={level: levels[level] for level in get_args(Difficulty)},
        ),
        adaptive_adjustments=AdaptiveAdjustments.model_validate(adjustments.model_dump())
        if adjustments
        else None,
    )
