"""Answering questions, one by one or all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.assessments.quizzes.attempts.completion import save_completed
from functions.assessments.quizzes.attempts.errors import AttemptInProgress, AttemptOver, TimeIsUp
from functions.assessments.quizzes.attempts.models import Attempt, AttemptItem, AttemptQuestion
from functions.assessments.quizzes.attempts.rules import (
    MAX_ANSWER_BYTES,
    choose_next_item,
    count_answer_bytes,
    estimate_skill,
    group_by_sheet,
    is_overdue,
    mark_attempt,
    record_answer,
)
from functions.assessments.quizzes.attempts.start import create_attempt, get_open_attempt
from functions.assessments.quizzes.attempts.store import ATTEMPTS, get_attempt, get_attempt_questions
from functions.assessments.quizzes.grading.models import AnswerContent, Mark
from functions.assessments.quizzes.grading.rules import find_answer_problems, mark_answer, select_content
from functions.assessments.quizzes.quizzes.store import QUIZ_STATES, get_quiz, get_quiz_state
from shared.errors import ValidationFailed
from shared.identity import Principal
from shared.services import Services
from shared.store import Increment, Transaction


@dataclass(frozen=True)
class SubmittedAnswer:
    """An answer as submitted: to which question, the fields that were sent, and the seconds it took."""

    question: str
    content: AnswerContent
    seconds: float = 0.0
    sent: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RecordedAnswer:
    """The attempt after an answer; `mark` is None if the learner may not see it yet."""

    attempt: Attempt
    question: AttemptQuestion
    mark: Mark | None


@dataclass(frozen=True)
class NextQuestion:
    """The question to ask next, None if all are answered, and the estimates behind the choice."""

    attempt: Attempt
    question: AttemptQuestion | None
    ability: float
    expected_success: float | None


async def submit_answer(
    services: Services, *, user_id: str, attempt_id: str, answer: SubmittedAnswer
) -> RecordedAnswer:
    """Record the answer in place of an earlier one.

    Raises AttemptNotFound, AttemptOver, TimeIsUp, ValidationFailed.
    """
    now = services.clock.now()

    async def work(tx: Transaction) -> RecordedAnswer:
        attempt = await get_attempt(tx, user_id=user_id, attempt_id=attempt_id)
        _require_open(attempt, now)
        item = attempt.item(answer.question)
        sheets = [item.sheet] if item else []
        questions = await get_attempt_questions(tx, user_id=user_id, attempt=attempt, sheets=sheets)
        answered = _record(attempt, questions, answer)
        tx.put(ATTEMPTS.doc(attempt_id, user=user_id), answered)
        question = questions[answer.question]
        peers = group_by_sheet(attempt, questions)[question.id]
        mark = (
            mark_answer(question, answered.answers[question.id], peers)
            if attempt.terms.shows_results
            else None
        )
        return RecordedAnswer(answered, question, mark)

    return await services.store.transact(work)


async def get_next_question(services: Services, *, user_id: str, attempt_id: str) -> NextQuestion:
    """Return the next question of the attempt. Raises AttemptNotFound, AttemptOver, TimeIsUp."""
    attempt = await get_attempt(services.store, user_id=user_id, attempt_id=attempt_id)
    _require_open(attempt, services.clock.now())
    ability = estimate_skill(attempt).overall.value
    choice = choose_next_item(attempt)
    if choice is None:
        return NextQuestion(attempt, None, ability, None)
    item, chance = choice
    question = await _get_question(services, user_id, attempt, item)
    return NextQuestion(attempt, question, ability, chance)


async def answer_quiz(
    services: Services, *, caller: Principal, quiz_id: str, answers: Sequence[SubmittedAnswer], seconds: int
) -> tuple[Attempt, dict[str, AttemptQuestion]]:
    """Start, answer and complete an attempt in one transaction; it has every question of the quiz.

    Raises QuizNotFound, AttemptInProgress, ValidationFailed, and the errors of `create_attempt`.
    """
    now, attempt_id = services.clock.now(), services.ids.new()

    async def work(tx: Transaction) -> tuple[Attempt, dict[str, AttemptQuestion]]:
        quiz = await get_quiz(tx, user_id=caller.user_id, quiz_id=quiz_id)
        whole = quiz.model_copy(update={"questions_per_attempt": None})
        state = await get_quiz_state(tx, user_id=caller.user_id, quiz_id=quiz_id)
        if await get_open_attempt(tx, caller.user_id, state, now):
            raise AttemptInProgress  # the result of this attempt would reveal the answers of that one
        started = await create_attempt(
            tx, caller=caller, quiz=whole, state=state, attempt_id=attempt_id, rng=services.rng, now=now
        )
        attempt = _record_all(started.attempt, started.questions, answers)
        attempt = attempt.model_copy(update={"started_at": now - timedelta(seconds=seconds)})
        attempt = mark_attempt(attempt, started.questions, now)
        tx.merge(QUIZ_STATES.doc(quiz_id, user=caller.user_id), {"used": Increment(1)})
        save_completed(tx, caller.user_id, attempt, started.questions, now=now)
        return attempt, started.questions

    return await services.store.transact(work)


async def _get_question(
    services: Services, user_id: str, attempt: Attempt, item: AttemptItem
) -> AttemptQuestion | None:
    questions = await get_attempt_questions(
        services.store, user_id=user_id, attempt=attempt, sheets=[item.sheet]
    )
    return questions.get(item.question)


def _require_open(attempt: Attempt, now: datetime) -> None:
    if attempt.is_completed:
        raise AttemptOver
    if is_overdue(attempt, now):
        raise TimeIsUp


def _record(
    attempt: Attempt, questions: Mapping[str, AttemptQuestion], answer: SubmittedAnswer, *, prefix: str = ""
) -> Attempt:
    """Return the attempt with this answer. Raises ValidationFailed, with `prefix` before each field."""
    question = questions.get(answer.question)
    if question is None:
        raise ValidationFailed(details={f"{prefix}question": ["Choose a question of this attempt"]})
    both_sent = {"selected_options", "text_answer"} <= answer.sent
    content = select_content(question, answer.content) if both_sent else answer.content
    if problems := find_answer_problems(question, content):
        raise ValidationFailed(details={f"{prefix}{field}": each for field, each in problems.items()})
    peers = group_by_sheet(attempt, questions)[question.id]
    answered = record_answer(attempt, question, content, seconds=answer.seconds, peers=peers)
    if count_answer_bytes(answered.answers.values()) > MAX_ANSWER_BYTES:
        problem = "The answers of this attempt are too long in total; shorten this one"
        raise ValidationFailed(details={f"{prefix}text_answer": [problem]})
    return answered


def _record_all(
    attempt: Attempt, questions: Mapping[str, AttemptQuestion], answers: Sequence[SubmittedAnswer]
) -> Attempt:
    """Return the attempt with the answers. Raises ValidationFailed, which names every bad field."""
    problems: dict[str, list[str]] = {}
    for position, answer in enumerate(answers):
        try:
            attempt = _record(attempt, questions, answer, prefix=f"answers.{position}.")
        except ValidationFailed as error:
            problems |= error.details
    if problems:
        raise ValidationFailed(details=problems)
    return attempt
