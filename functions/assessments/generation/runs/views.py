"""What was generated, as a client sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, get_args

from functions.assessments.flashcards.cards.models import Citation
from functions.assessments.generation.gate.cards import AcceptedCard
from functions.assessments.generation.gate.questions import AcceptedQuestion
from functions.assessments.generation.runs.identity import card_id, question_id, quiz_id
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
from shared.model.protocol import Difficulty

if TYPE_CHECKING:
    from functions.assessments.generation.runs.run import CardDrafting, Making, QuestionDrafting

POINTS = 1.0  # of each generated question
_TOPICS_NAMED = 20

Result = GeneratedCards | GeneratedQuiz | GeneratedContent


def citation(item: AcceptedCard | AcceptedQuestion, making: Making) -> Citation:
    document = making.material.documents.get(item.document_id)
    return Citation(
        document_id=item.document_id,
        chunk_id=item.chunk_id,
        quote=item.quote,
        page=item.page,
        document_name=document.name if document else None,
        document_version=document.version if document else 1,
    )


def card_view(card: AcceptedCard, position: int, making: Making) -> GeneratedCard:
    return GeneratedCard(
        id=card_id(making.order, position),
        question=card.question,
        answer=card.answer,
        explanation=card.explanation,
        card_type=card.card_type,
        difficulty_level=card.difficulty,
        confidence=round(card.confidence, 2),
        generator=making.generator,
        citation=citation(card, making),
    )


def question_view(question: AcceptedQuestion, position: int, making: Making) -> GeneratedQuestion:
    return GeneratedQuestion(
        id=question_id(making.order, position),
        question_text=question.question,
        question_type=question.question_type,
        points=POINTS,
        options=list(question.options),
        correct_answer=question.key,
        explanation=question.explanation,
        difficulty_level=question.difficulty,
        confidence=round(question.confidence, 2),
        generator=making.generator,
        citation=citation(question, making),
    )


def result(making: Making) -> Result:
    """The answer to the order, in the shape of what was asked."""
    if making.order.assessment is not None:
        return _content(making, making.order.assessment)
    if making.order.questions:
        quiz = _quiz(making)
        return GeneratedQuiz(**dict(quiz), agent_metadata=_report(making.questions, making))
    cards = _cards(making)
    return GeneratedCards(
        flashcards=cards.flashcards,
        confidence=cards.confidence,
        agent_metadata=_report(making.cards, making),
    )


def title(making: Making) -> str:
    """The quiz's: as asked for, or after its topic, its one document, or its course."""
    order, material = making.order, making.material
    names = [PurePath(document.name).stem for document in material.documents.values()]
    subject = order.topic or (names[0] if len(names) == 1 else material.course_name)
    return order.title or f"{subject} Quiz"[:200]


def confidence(items: Sequence[AcceptedCard] | Sequence[AcceptedQuestion]) -> float:
    return round(sum(item.confidence for item in items) / len(items), 2) if items else 0.0


def _content(making: Making, assessment_id: str) -> GeneratedContent:
    cards, questions = making.cards, making.questions
    return GeneratedContent(
        message="Content generation completed",
        assessment_id=assessment_id,
        status="completed",
        generated_content=ContentMade(
            flashcards=_cards(making) if making.order.count else None,
            quiz=_quiz(making) if questions.accepted else None,
        ),
        agent_metadata=ContentReports(
            flashcard_generation=_agent("FlashcardGenerationAgent", cards, making)
            if making.order.count
            else None,
            quiz_generation=_agent("QuizGenerationAgent", questions, making)
            if making.order.questions
            else None,
        ),
    )


def _cards(making: Making) -> CardsMade:
    accepted = making.cards.accepted
    views = [card_view(card, position, making) for position, card in enumerate(accepted)]
    return CardsMade(count=len(views), flashcards=views, confidence=confidence(accepted))


def _quiz(making: Making) -> QuizMade:
    accepted = making.questions.accepted
    return QuizMade(
        quiz_id=quiz_id(making.order),
        title=title(making),
        question_count=len(accepted),
        questions=[question_view(question, position, making) for position, question in enumerate(accepted)],
        confidence=confidence(accepted),
    )


def _report(drafting: CardDrafting | QuestionDrafting, making: Making) -> GateReport:
    proposed = drafting.proposed
    return GateReport(
        generator=making.generator,
        proposed=proposed,
        accepted=len(drafting.accepted),
        dropped=drafting.dropped,
        dropped_share={rule: round(count / proposed, 4) for rule, count in drafting.dropped.items()},
        tokens=drafting.tokens,
    )


def _agent(name: str, drafting: CardDrafting | QuestionDrafting, making: Making) -> AgentReport:
    levels = Counter(item.difficulty for item in drafting.accepted)
    concepts = dict.fromkeys(item.concept for item in drafting.accepted if item.concept)
    adjustments = making.order.adjustments
    return AgentReport(
        **dict(_report(drafting, making)),
        agent_used=name,
        processing_time_ms=drafting.milliseconds,
        content_analysis=ContentAnalysis(
            topics_identified=list(concepts)[:_TOPICS_NAMED],
            difficulty_distribution={level: levels[level] for level in get_args(Difficulty)},
        ),
        adaptive_adjustments=AdaptiveAdjustments.model_validate(adjustments.model_dump())
        if adjustments
        else None,
    )
