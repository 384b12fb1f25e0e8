"""Beginning an attempt, or going on with the one in progress."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from functions.assessments.quizzes.adaptive.service import item_ratings, skill_in
from functions.assessments.quizzes.attempts.errors import NoAttemptsLeft, QuizHasNoQuestions, QuizTooLarge
from functions.assessments.quizzes.attempts.finishing import finish
from functions.assessments.quizzes.attempts.models import Attempt, AttemptQuestion, Sheet
from functions.assessments.quizzes.attempts.rules import (
    MOST_SHEET_BYTES,
    concept_numbers,
    deadline,
    drawn,
    frozen,
    is_overdue,
    items_of,
    renamed,
    sheeted,
    size_of,
    terms_of,
)
from functions.assessments.quizzes.attempts.store import ATTEMPTS, get_attempt_questions, sheet_ref
from functions.assessments.quizzes.attempts.tasks import ExpireAttempt
from functions.assessments.quizzes.questions.store import get_questions
from functions.assessments.quizzes.quizzes.models import Quiz, QuizState
from functions.assessments.quizzes.quizzes.store import QUIZ_STATES, get_quiz, get_quiz_state
from shared.identity import Principal
from shared.services import Services
from shared.store import Transaction
from shared.store.meter import note_items

_READ_AT_ONCE = 50


@dataclass(frozen=True)
class Begun:
    """An attempt with its questions by id, in the order shown."""

    attempt: Attempt
    questions: dict[str, AttemptQuestion]
    is_new: bool = True


async def start(services: Services, *, caller: Principal, quiz_id: str) -> Begun:
    """A new attempt, or the one in progress. Raises QuizNotFound, NoAttemptsLeft, QuizHasNoQuestions,
    QuizTooLarge."""
    now, attempt_id = services.clock.now(), services.ids.new()

    async def work(tx: Transaction) -> Begun:
        quiz = await get_quiz(tx, user_id=caller.user_id, quiz_id=quiz_id)
        state = await get_quiz_state(tx, user_id=caller.user_id, quiz_id=quiz_id)
        going_on = await in_progress(tx, caller.user_id, state, now)
        if going_on is not None:
            return going_on
        begun = await begin(
            tx, caller=caller, quiz=quiz, state=state, attempt_id=attempt_id, rng=services.rng, now=now
        )
        attempt = begun.attempt
        if attempt.terms.time_limit_minutes is not None:
            ends = now + timedelta(minutes=attempt.terms.time_limit_minutes)
            attempt = attempt.model_copy(update={"expires_at": ends})
            task = ExpireAttempt(user=caller.user_id, attempt=attempt.id)
            tx.enqueue(task, at=deadline(attempt))
        opened = {
            "used": state.used + 1,
            "open_attempt": attempt_id,
            "open_exam": quiz.quiz_type == "exam",
            "open_until": deadline(attempt),
        }
        tx.put(QUIZ_STATES.doc(quiz_id, user=caller.user_id), state.model_copy(update=opened))
        tx.put(ATTEMPTS.doc(attempt_id, user=caller.user_id), attempt)
        return replace(begun, attempt=attempt)

    return await services.store.transact(work)


async def begin(
    tx: Transaction,
    *,
    caller: Principal,
    quiz: Quiz,
    state: QuizState,
    attempt_id: str,
    rng: random.Random,
    now: datetime,
) -> Begun:
    """An attempt that is not kept yet; its sheets are. Costs 2 reads, and a read and a write at most for each
    question, which is an item. Raises NoAttemptsLeft, QuizHasNoQuestions, QuizTooLarge."""
    user_id = caller.user_id
    if quiz.max_attempts is not None and state.used >= quiz.max_attempts:
        raise NoAttemptsLeft
    sheets = sheeted(await _frozen_questions(tx, user_id, quiz, drawn(quiz, rng), rng))
    if not sheets:
        raise QuizHasNoQuestions
    for number, questions in enumerate(sheets):
        ref = sheet_ref(user_id, attempt_id, number)
        tx.create(ref, Sheet(id=ref.id, attempt=attempt_id, questions=tuple(questions)))
    by_id = {question.id: question for sheet in sheets for question in sheet}
    skill = await skill_in(tx, user_id=user_id, course_id=quiz.course)
    ratings = await item_ratings(tx, user_id=user_id, quiz_id=quiz.id)
    attempt = Attempt(
        id=attempt_id,
        quiz=quiz.id,
        course=quiz.course,
        terms=terms_of(quiz),
        started_at=now,
        timezone=caller.timezone,
        items=items_of(sheets, ratings),
        sheets=len(sheets),
        skill=renamed(skill, concept_numbers(by_id.values())),
    )
    return Begun(attempt, by_id)


async def in_progress(tx: Transaction, user_id: str, state: QuizState, now: datetime) -> Begun | None:
    """The attempt that is open; one whose time ran out is completed on the way."""
    if state.open_attempt is None:
        return None
    attempt = await tx.get(ATTEMPTS.doc(state.open_attempt, user=user_id))
    if attempt is None or attempt.is_completed:
        return None
    if is_overdue(attempt, now):
        await finish(tx, user_id, attempt, now)
        return None
    return Begun(attempt, await get_attempt_questions(tx, user_id=user_id, attempt=attempt), is_new=False)


async def _frozen_questions(
    tx: Transaction, user_id: str, quiz: Quiz, chosen: Sequence[str], rng: random.Random
) -> list[AttemptQuestion]:
    """In the order chosen; read in parts, so that what is too large is not read to its end."""
    found: list[AttemptQuestion] = []
    for place in range(0, len(chosen), _READ_AT_ONCE):
        part = tuple(chosen[place : place + _READ_AT_ONCE])
        note_items(len(part))
        read = await get_questions(tx, user_id=user_id, ids=part)
        found += [frozen(question, shuffle=quiz.randomize_questions, rng=rng) for question in read]
        if sum(size_of(question) for question in found) > MOST_SHEET_BYTES:
            raise QuizTooLarge
    return found
