"""Saving a generation: all of it with its counts in one transaction, or the record of a failure."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from functions.assessments.flashcards.cards.adding import add_cards
from functions.assessments.flashcards.cards.models import NewCard
from functions.assessments.generation.assessments.store import mark_completed
from functions.assessments.generation.concepts.service import register_concepts
from functions.assessments.generation.gate import AcceptedCard, AcceptedQuestion
from functions.assessments.generation.runs.identity import (
    derive_card_id,
    derive_option_id,
    derive_question_id,
    derive_quiz_id,
)
from functions.assessments.generation.runs.models import (
    GENERATIONS,
    RESULTS,
    Generation,
    GenerationResult,
    Order,
)
from functions.assessments.generation.runs.run import GenerationRun
from functions.assessments.generation.runs.views import (
    POINTS,
    Result,
    average_confidence,
    choose_quiz_title,
    cite,
    view_result,
)
from functions.assessments.quizzes.questions.models import NewQuestion, Option
from functions.assessments.quizzes.quizzes.models import NewQuiz
from functions.assessments.quizzes.quizzes.service import add_quiz
from shared.jobs.work import Run
from shared.published.accounts import CURRENT, PREFERENCES
from shared.published.flashcards import GenerationEnded
from shared.store import Transaction
from shared.store.meter import get_meter, note_items
from shared.usage import UsageOf, settle_tokens

_RESULT_LIFETIME = timedelta(days=30)
_RESULT: TypeAdapter[Result] = TypeAdapter(Result)


async def save(run: Run, generation: GenerationRun, *, zone: ZoneInfo) -> Result:
    """Save the accepted items and return the result.

    If another attempt at a repeatable order was faster, its result is returned and nothing else is saved.
    """
    note_items(generation.accepted)

    async def work(tx: Transaction) -> Result:
        result = await _load_result(tx, run.user_id, generation.order)
        if result is None:
            result = view_result(generation)
            concepts = await register_concepts(
                tx,
                user_id=run.user_id,
                course_id=generation.order.course_id,
                proposed=generation.concepts,
            )
            await _add_items(tx, run, generation, concepts, zone)
            _record(tx, run, generation.order, generation, status="completed")
            if generation.order.repeatable:
                _store_result(tx, run, generation.order, result)
        await run.finish(tx, result)
        return result

    result = await run.services.store.transact(work)
    get_meter().tokens += generation.tokens
    return result


async def recall(run: Run, order: Order) -> Result | None:
    """Return the earlier result of a repeatable order, and finish the job that waits for it."""
    if not order.repeatable:
        return None

    async def work(tx: Transaction) -> Result | None:
        result = await _load_result(tx, run.user_id, order)
        if result is not None:
            await run.finish(tx, result)
        return result

    return await run.services.store.transact(work)


async def record_failure(run: Run, order: Order, generation: GenerationRun | None) -> None:
    """Record that the attempt failed, with the tokens it took."""

    async def work(tx: Transaction) -> None:
        if await tx.get(PREFERENCES.doc(CURRENT, user=run.user_id)) is None:
            return  # the account was erased meanwhile: store nothing more
        _record(tx, run, order, generation, status="failed")

    await run.services.store.transact(work)


async def _load_result(tx: Transaction, user_id: str, order: Order) -> Result | None:
    if not order.repeatable:
        return None
    stored = await tx.get(RESULTS.doc(order.id, user=user_id))
    return None if stored is None else _RESULT.validate_python(stored.result)


async def _add_items(
    tx: Transaction, run: Run, generation: GenerationRun, concepts: Mapping[str, str], zone: ZoneInfo
) -> None:
    now, order, ids = run.services.clock.now(), generation.order, run.services.ids
    if order.assessment is not None:
        await mark_completed(tx, user_id=run.user_id, assessment_id=order.assessment, now=now)
    cards = [_build_card(generation, concepts, *item) for item in enumerate(generation.cards.accepted)]
    today = now.astimezone(zone).date()
    await add_cards(tx, user_id=run.user_id, cards=cards, ids=ids, now=now, today=today)
    if generation.questions.accepted:
        await add_quiz(tx, user_id=run.user_id, quiz=_build_quiz(generation, concepts), ids=ids, now=now)


def _build_card(
    generation: GenerationRun, concepts: Mapping[str, str], position: int, card: AcceptedCard
) -> NewCard:
    return NewCard(
        id=derive_card_id(generation.order, position),
        course=generation.order.course_id,
        question=card.question,
        answer=card.answer,
        explanation=card.explanation,
        card_type=card.card_type,
        difficulty_level=card.difficulty,
        concept=concepts[card.concept],
        source="generated",
        generator=generation.generator,
        confidence=round(card.confidence, 2),
        citation=cite(card, generation),
        assessment=generation.order.assessment,
    )


def _build_quiz(generation: GenerationRun, concepts: Mapping[str, str]) -> NewQuiz:
    order, accepted = generation.order, generation.questions.accepted
    return NewQuiz(
        id=derive_quiz_id(order),
        course=order.course_id,
        title=choose_quiz_title(generation),
        topic=order.topic,
        quiz_type="assessment" if order.assessment else "practice",
        assessment=order.assessment,
        source="generated",
        generator=generation.generator,
        confidence=average_confidence(accepted),
        questions=tuple(_build_question(generation, concepts, *item) for item in enumerate(accepted)),
    )


def _build_question(
    generation: GenerationRun, concepts: Mapping[str, str], position: int, question: AcceptedQuestion
) -> NewQuestion:
    order = generation.order
    return NewQuestion(
        id=derive_question_id(order, position),
        question_text=question.question,
        question_type=question.question_type,
        points=POINTS,
        options=tuple(
            Option(
                id=derive_option_id(order, position, place), text=text, is_correct=place in question.correct
            )
            for place, text in enumerate(question.options)
        ),
        accepted_answers=question.accepted_answers,
        correct_answer=question.correct_number,
        tolerance=question.tolerance,
        rubric=question.rubric,
        explanation=question.explanation,
        difficulty_level=question.difficulty,
        concept=concepts[question.concept],
        citation=cite(question, generation),
        confidence=round(question.confidence, 2),
        generator=generation.generator,
    )


def _store_result(tx: Transaction, run: Run, order: Order, result: Result) -> None:
    stored = GenerationResult(
        id=order.id,
        result=result.model_dump(mode="json"),
        expires_at=run.services.clock.now() + _RESULT_LIFETIME,
    )
    tx.create(RESULTS.doc(order.id, user=run.user_id), stored)


def _record(
    tx: Transaction,
    run: Run,
    order: Order,
    generation: GenerationRun | None,
    *,
    status: Literal["completed", "failed"],
) -> None:
    """Record the attempt and settle its tokens, once: the record's id is the run's."""
    drafters = generation.drafters if generation else ()
    dropped = Counter[str]()
    for drafter in drafters:
        dropped.update(drafter.dropped)
    now = run.services.clock.now()
    record = Generation(
        id=run.id,
        course=order.course_id,
        generator=next((each.usage.model for each in drafters if each.usage.model), run.services.model.name),
        status=status,
        proposed=sum(drafter.proposed for drafter in drafters),
        accepted=generation.accepted if generation else 0,
        dropped=dict(dropped),
        input_tokens=sum(drafter.usage.input_tokens for drafter in drafters),
        output_tokens=sum(drafter.usage.output_tokens for drafter in drafters),
        created_at=now,
    )
    tx.create(GENERATIONS.doc(record.id, user=run.user_id), record)
    settle_tokens(tx, UsageOf(run.user_id, now), tokens=generation.tokens if generation else 0)
    if status == "completed" or run.job is None:
        tx.publish(_build_event(run, order, generation if status == "completed" else None))


def _build_event(run: Run, order: Order, completed: GenerationRun | None) -> GenerationEnded:
    questions = len(completed.questions.accepted) if completed else 0
    return GenerationEnded(
        user=run.user_id,
        job=run.job.id if run.job else None,
        course=order.course_id,
        status="completed" if completed else "failed",
        flashcards=len(completed.cards.accepted) if completed else 0,
        quiz=derive_quiz_id(order) if questions else None,
        questions=questions,
    )
