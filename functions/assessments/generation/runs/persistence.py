"""Keeping what was generated: all of it with its counts in one transaction, or only what the attempt took."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from functions.assessments.flashcards.cards.adding import add_cards
from functions.assessments.flashcards.cards.models import NewCard
from functions.assessments.generation.assessments.store import note_content
from functions.assessments.generation.concepts.service import remember
from functions.assessments.generation.gate.cards import AcceptedCard
from functions.assessments.generation.gate.questions import AcceptedQuestion
from functions.assessments.generation.runs.identity import card_id, option_id, question_id, quiz_id
from functions.assessments.generation.runs.item_views import POINTS, citation
from functions.assessments.generation.runs.models import (
    GENERATIONS,
    RESULTS,
    Generation,
    GenerationResult,
    Order,
)
from functions.assessments.generation.runs.run import Making
from functions.assessments.generation.runs.views import Result, confidence, result, title
from functions.assessments.quizzes.quizzes.models import NewQuestion, NewQuiz, Option
from functions.assessments.quizzes.quizzes.service import add_quiz
from shared.jobs import JOBS, Job, finished
from shared.published.accounts import CURRENT, PREFERENCES
from shared.published.flashcards import GenerationEnded
from shared.services import Services
from shared.store import Transaction
from shared.store.meter import current, note_items
from shared.usage import UsageOf, settle_tokens

_RESULT_KEPT = timedelta(days=30)
_RESULT: TypeAdapter[Result] = TypeAdapter(Result)


@dataclass(frozen=True)
class Undertaking:
    """One attempt at an order, on record as `record_id`. `job` is set where a job waits for it."""

    user_id: str
    timezone: str
    order: Order
    record_id: str
    job: str | None = None


async def save(services: Services, undertaking: Undertaking, making: Making) -> Result:
    """The answer; the first one where a repeatable order was answered meanwhile."""
    note_items(making.made)

    async def work(tx: Transaction) -> Result:
        if (there := await _answered(tx, undertaking)) is not None:
            return await _finish(tx, services, undertaking, there)
        concepts = await remember(
            tx,
            user_id=undertaking.user_id,
            course_id=undertaking.order.course_id,
            proposed=making.concepts,
        )
        await _add(tx, services, undertaking, making, concepts)
        _record(tx, services, undertaking, making, status="completed")
        if undertaking.order.repeatable:
            _remember_answer(tx, services, undertaking, result(making))
        return await _finish(tx, services, undertaking, result(making))

    answer = await services.store.transact(work)
    current().tokens += making.tokens
    return answer


async def answered(services: Services, undertaking: Undertaking) -> Result | None:
    """What a repeatable order was answered with before; its job is over with it."""

    async def work(tx: Transaction) -> Result | None:
        there = await _answered(tx, undertaking)
        return None if there is None else await _finish(tx, services, undertaking, there)

    return await services.store.transact(work) if undertaking.order.repeatable else None


async def record_failure(services: Services, undertaking: Undertaking, making: Making | None) -> None:
    """Keep that the attempt failed and the tokens it took, and nothing else."""

    async def work(tx: Transaction) -> None:
        if await tx.get(PREFERENCES.doc(CURRENT, user=undertaking.user_id)) is None:
            return  # the account was erased meanwhile: nothing more is kept of it
        _record(tx, services, undertaking, making, status="failed")

    await services.store.transact(work)


async def _answered(tx: Transaction, undertaking: Undertaking) -> Result | None:
    if not undertaking.order.repeatable:
        return None
    kept = await tx.get(RESULTS.doc(undertaking.order.id, user=undertaking.user_id))
    return None if kept is None else _RESULT.validate_python(kept.result)


async def _finish(tx: Transaction, services: Services, undertaking: Undertaking, answer: Result) -> Result:
    if undertaking.job is not None:
        ref = JOBS.doc(undertaking.job, user=undertaking.user_id)
        job: Job | None = await tx.get(ref)
        if job is not None and not job.is_over:
            tx.put(ref, finished(job, answer.model_dump(mode="json"), now=services.clock.now()))
    return answer


async def _add(
    tx: Transaction,
    services: Services,
    undertaking: Undertaking,
    making: Making,
    concepts: Mapping[str, str],
) -> None:
    now, order, user_id = services.clock.now(), undertaking.order, undertaking.user_id
    if order.assessment is not None:
        await note_content(tx, user_id=user_id, assessment_id=order.assessment, now=now)
    await add_cards(
        tx,
        user_id=user_id,
        cards=[_card(making, concepts, place, card) for place, card in enumerate(making.cards.accepted)],
        ids=services.ids,
        now=now,
        today=now.astimezone(ZoneInfo(undertaking.timezone)).date(),
    )
    if making.questions.accepted:
        quiz = _quiz(making, concepts)
        await add_quiz(tx, user_id=user_id, quiz=quiz, ids=services.ids, now=now)


def _card(making: Making, concepts: Mapping[str, str], position: int, card: AcceptedCard) -> NewCard:
    return NewCard(
        id=card_id(making.order, position),
        course=making.order.course_id,
        question=card.question,
        answer=card.answer,
        explanation=card.explanation,
        card_type=card.card_type,
        difficulty_level=card.difficulty,
        concept=concepts[card.concept],
        source="generated",
        generator=making.generator,
        confidence=round(card.confidence, 2),
        citation=citation(card, making.material),
        assessment=making.order.assessment,
    )


def _quiz(making: Making, concepts: Mapping[str, str]) -> NewQuiz:
    order, accepted = making.order, making.questions.accepted
    return NewQuiz(
        id=quiz_id(order),
        course=order.course_id,
        title=title(making),
        topic=order.topic,
        quiz_type="assessment" if order.assessment else "practice",
        assessment=order.assessment,
        source="generated",
        generator=making.generator,
        confidence=confidence(accepted),
        questions=tuple(_question(making, concepts, place, each) for place, each in enumerate(accepted)),
    )


def _question(
    making: Making, concepts: Mapping[str, str], position: int, question: AcceptedQuestion
) -> NewQuestion:
    order = making.order
    return NewQuestion(
        id=question_id(order, position),
        question_text=question.question,
        question_type=question.question_type,
        points=POINTS,
        options=tuple(
            Option(id=option_id(order, position, place), text=text, is_correct=place in question.correct)
            for place, text in enumerate(question.options)
        ),
        accepted_answers=question.accepted_answers,
        correct_answer=question.correct_number,
        tolerance=question.tolerance,
        rubric=question.rubric,
        explanation=question.explanation,
        difficulty_level=question.difficulty,
        concept=concepts[question.concept],
        citation=citation(question, making.material),
        confidence=round(question.confidence, 2),
        generator=making.generator,
    )


def _remember_answer(tx: Transaction, services: Services, undertaking: Undertaking, answer: Result) -> None:
    kept = GenerationResult(
        id=undertaking.order.id,
        result=answer.model_dump(mode="json"),
        expires_at=services.clock.now() + _RESULT_KEPT,
    )
    tx.create(RESULTS.doc(kept.id, user=undertaking.user_id), kept)


def _record(
    tx: Transaction, services: Services, undertaking: Undertaking, making: Making | None, *, status: str
) -> None:
    """What this attempt took, once: the record's id is the attempt's."""
    draftings = making.draftings if making else ()
    dropped = Counter[str]()
    for drafting in draftings:
        dropped.update(drafting.dropped)
    now, tokens = services.clock.now(), making.tokens if making else 0
    record = Generation.model_validate(
        {
            "id": undertaking.record_id,
            "course": undertaking.order.course_id,
            "generator": next((each.usage.model for each in draftings if each.usage.model), "")
            or services.model.name,
            "status": status,
            "proposed": sum(drafting.proposed for drafting in draftings),
            "accepted": making.made if making else 0,
            "dropped": dict(dropped),
            "input_tokens": sum(drafting.usage.input_tokens for drafting in draftings),
            "output_tokens": sum(drafting.usage.output_tokens for drafting in draftings),
            "created_at": now,
        }
    )
    tx.create(GENERATIONS.doc(record.id, user=undertaking.user_id), record)
    settle_tokens(tx, UsageOf(undertaking.user_id, now), tokens=tokens)
    if status == "completed" or undertaking.job is None:
        tx.publish(_ended(undertaking, record, making))


def _ended(undertaking: Undertaking, record: Generation, making: Making | None) -> GenerationEnded:
    done = making if record.status == "completed" else None
    questions = len(done.questions.accepted) if done else 0
    return GenerationEnded(
        user=undertaking.user_id,
        job=undertaking.job,
        course=undertaking.order.course_id,
        status=record.status,
        flashcards=len(done.cards.accepted) if done else 0,
        quiz=quiz_id(undertaking.order) if questions else None,
        questions=questions,
    )
