"""Answering questions, one by one or all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.assessments.quizzes.attempts.errors import AttemptInProgress, AttemptOver, TimeIsUp
from functions.assessments.quizzes.attempts.finishing import put_completed
from functions.assessments.quizzes.attempts.models import Attempt, AttemptItem, AttemptQuestion
from functions.assessments.quizzes.attempts.rules import (
    MOST_ANSWER_BYTES,
    answer_bytes,
    answered,
    current_skill,
    finished,
    is_overdue,
    next_item,
)
from functions.assessments.quizzes.attempts.starting import begin, in_progress
from functions.assessments.quizzes.attempts.store import ATTEMPTS, get_attempt, get_attempt_questions
from functions.assessments.quizzes.grading.models import Given, Mark
from functions.assessments.quizzes.grading.rules import marked, problems
from functions.assessments.quizzes.quizzes.store import QUIZ_STATES, get_quiz, get_quiz_state
from shared.errors import ValidationFailed
from shared.identity import Principal
from shared.services import Services
from shared.store import Increment, Transaction


@dataclass(frozen=True)
class Response:
    """An answer as handed in: to which question, and how long it took."""

    question: str
    given: Given
    seconds: float = 0.0


@dataclass(frozen=True)
class Recorded:
    """The attempt after an answer; `mark` where the learner may hear of it."""

    attempt: Attempt
    question: AttemptQuestion
    mark: Mark | None


@dataclass(frozen=True)
class Next:
    """The question to ask next, None where all are answered, and the estimates it rests on."""

    attempt: Attempt
    question: AttemptQuestion | None
    ability: float
    expected_success: float | None


async def submit(services: Services, *, user_id: str, attempt_id: str, response: Response) -> Recorded:
    """Record the answer in place of an earlier one. Raises AttemptNotFound, AttemptOver, TimeIsUp,
    ValidationFailed."""
    now = services.clock.now()

    async def work(tx: Transaction) -> Recorded:
        attempt = await get_attempt(tx, user_id=user_id, attempt_id=attempt_id)
        _check_open(attempt, now)
        item = attempt.item(response.question)
        sheets = [item.sheet] if item else []
        questions = await get_attempt_questions(tx, user_id=user_id, attempt=attempt, sheets=sheets)
        after = _with(attempt, questions, response)
        tx.put(ATTEMPTS.doc(attempt_id, user=user_id), after)
        question = questions[response.question]
        mark = marked(question, response.given) if attempt.terms.shows_results else None
        return Recorded(after, question, mark)

    return await services.store.transact(work)


async def next_question(services: Services, *, user_id: str, attempt_id: str) -> Next:
    """Raises AttemptNotFound, AttemptOver, TimeIsUp."""
    attempt = await get_attempt(services.store, user_id=user_id, attempt_id=attempt_id)
    _check_open(attempt, services.clock.now())
    ability = current_skill(attempt).overall.value
    chosen = next_item(attempt)
    if chosen is None:
        return Next(attempt, None, ability, None)
    item, chance = chosen
    return Next(attempt, await _question(services, user_id, attempt, item), ability, chance)


async def answer_at_once(
    services: Services, *, caller: Principal, quiz_id: str, responses: Sequence[Response], seconds: int
) -> tuple[Attempt, dict[str, AttemptQuestion]]:
    """An attempt begun, answered and completed in one; it asks every question of the quiz.

    Raises QuizNotFound, AttemptInProgress, ValidationFailed, and what `begin` raises.
    """
    now, attempt_id = services.clock.now(), services.ids.new()

    async def work(tx: Transaction) -> tuple[Attempt, dict[str, AttemptQuestion]]:
        quiz = await get_quiz(tx, user_id=caller.user_id, quiz_id=quiz_id)
        whole = quiz.model_copy(update={"questions_per_attempt": None})
        state = await get_quiz_state(tx, user_id=caller.user_id, quiz_id=quiz_id)
        if await in_progress(tx, caller.user_id, state, now):
            raise AttemptInProgress  # the answers, which this attempt ends with, would help in that one
        begun = await begin(
            tx, caller=caller, quiz=whole, state=state, attempt_id=attempt_id, rng=services.rng, now=now
        )
        attempt = _with_all(begun.attempt, begun.questions, responses)
        began = now - timedelta(seconds=seconds)
        attempt = finished(attempt.model_copy(update={"started_at": began}), begun.questions, now)
        tx.merge(QUIZ_STATES.doc(quiz_id, user=caller.user_id), {"used": Increment(1)})
        put_completed(tx, caller.user_id, attempt, begun.questions, now=now)
        return attempt, begun.questions

    return await services.store.transact(work)


async def _question(
    services: Services, user_id: str, attempt: Attempt, item: AttemptItem
) -> AttemptQuestion | None:
    found = await get_attempt_questions(services.store, user_id=user_id, attempt=attempt, sheets=[item.sheet])
    return found.get(item.question)


def _check_open(attempt: Attempt, now: datetime) -> None:
    if attempt.is_completed:
        raise AttemptOver
    if is_overdue(attempt, now):
        raise TimeIsUp


def _with(
    attempt: Attempt, questions: Mapping[str, AttemptQuestion], response: Response, *, at: str = ""
) -> Attempt:
    """The attempt with this answer. Raises ValidationFailed; `at` goes before the fields' names."""
    question = questions.get(response.question)
    if question is None:
        raise ValidationFailed(details={f"{at}question": ["Not a question of this attempt"]})
    if wrong := problems(question, response.given):
        raise ValidationFailed(details={f"{at}{field}": messages for field, messages in wrong.items()})
    after = answered(attempt, question, response.given, seconds=response.seconds)
    if answer_bytes(after.answers.values()) > MOST_ANSWER_BYTES:
        raise ValidationFailed(details={f"{at}text_answer": ["The answers are too long together"]})
    return after


def _with_all(
    attempt: Attempt, questions: Mapping[str, AttemptQuestion], responses: Sequence[Response]
) -> Attempt:
    """Raises ValidationFailed, which names every bad field."""
    wrong: dict[str, list[str]] = {}
    for position, response in enumerate(responses):
        try:
            attempt = _with(attempt, questions, response, at=f"answers.{position}.")
        except ValidationFailed as error:
            wrong |= error.details
    if wrong:
        raise ValidationFailed(details=wrong)
    return attempt
