"""What was generated, as a client sees it."""

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath
from typing import get_args

from functions.assessments.generation.gate.cards import AcceptedCard
from functions.assessments.generation.gate.questions import AcceptedQuestion
from functions.assessments.generation.runs.identity import quiz_id
from functions.assessments.generation.runs.item_views import card_view, question_view
from functions.assessments.generation.runs.run import CardDrafting, Making, QuestionDrafting
from functions.assessments.generation.runs.schemas import (
    AdaptiveAdjustments,
    AgentReport,
    CardsMade,
    ContentAnalysis,
    ContentMade,
    ContentReports,
    GateReport,
    GeneratedCards,
    GeneratedContent,
    GeneratedQuiz,
    QuizMade,
)
from shared.model.protocol import Difficulty

_TOPICS_NAMED = 20

Result = GeneratedCards | GeneratedQuiz | GeneratedContent


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
    views = [
        card_view(card, position, making.order, making.material, making.generator)
        for position, card in enumerate(accepted)
    ]
    return CardsMade(count=len(views), flashcards=views, confidence=confidence(accepted))


def _quiz(making: Making) -> QuizMade:
    accepted = making.questions.accepted
    return QuizMade(
        quiz_id=quiz_id(making.order),
        title=title(making),
        question_count=len(accepted),
        questions=[
            question_view(question, position, making.order, making.material, making.generator)
            for position, question in enumerate(accepted)
        ],
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
