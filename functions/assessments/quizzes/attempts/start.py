"""Starting an attempt, or resuming the one in progress."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from functions.assessments.quizzes.adaptive.service import get_item_ratings, get_skill
from functions.assessments.quizzes.attempts.completion import complete_open_attempt
from functions.assessments.quizzes.attempts.errors import NoAttemptsLeft, QuizHasNoQuestions, QuizTooLarge
from functions.assessments.quizzes.attempts.models import Attempt, AttemptQuestion, Sheet
from functions.assessments.quizzes.attempts.rules import (
    MAX_SHEETS_BYTES,
    build_items,
    choose_own_questions,
    copy_terms,
    draw_questions,
    freeze_question,
    get_deadline,
    is_overdue,
    measure_question,
    number_concepts,
    rename_concepts,
    split_into_sheets,
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

_READ_BATCH = 50


@dataclass(frozen=True)
class StartedAttempt:
    """An attempt with its questions by id, in the order shown."""

    attempt: Attempt
    questions: dict[str, AttemptQuestion]
    is_new: bool = True


async def start_attempt(services: Services, *, caller: Principal, quiz_id: str) -> StartedAttempt:
    """Return a new attempt, or the one in progress.

    Raises QuizNotFound, NoAttemptsLeft, QuizHasNoQuestions, QuizTooLarge.
    """
    now, attempt_id = services.clock.now(), services.ids.new()

    async def work(tx: Transaction) -> StartedAttempt:
        quiz = await get_quiz(tx, user_id=caller.user_id, quiz_id=quiz_id)
        state = await get_quiz_state(tx, user_id=caller.user_id, quiz_id=quiz_id)
        resumed = await get_open_attempt(tx, caller.user_id, state, now)
        if resumed is not None:
            return resumed
        started = await create_attempt(
            tx, caller=caller, quiz=quiz, state=state, attempt_id=attempt_id, rng=services.rng, now=now
        )
        attempt = started.attempt
        if attempt.terms.time_limit_minutes is not None:
            expires_at = now + timedelta(minutes=attempt.terms.time_limit_minutes)
            attempt = attempt.model_copy(update={"expires_at": expires_at})
        changes = {
            "used": state.used + 1,
            "open_attempt": attempt_id,
            "open_exam": quiz.quiz_type == "exam",
            "open_until": get_deadline(attempt),
        }
        tx.put(QUIZ_STATES.doc(quiz_id, user=caller.user_id), state.model_copy(update=changes))
        tx.put(ATTEMPTS.doc(attempt_id, user=caller.user_id), attempt)
        return replace(started, attempt=attempt)

    started = await services.store.transact(work)
    attempt = started.attempt
    if attempt.expires_at is not None:
        # Reading an attempt whose task was lost completes it first, so the task needs no outbox document.
        task = ExpireAttempt(user=caller.user_id, attempt=attempt.id)
        await services.store.enqueue_unstored(task, key=attempt.id, at=get_deadline(attempt))
    return started


async def create_attempt(
    tx: Transaction,
    *,
    caller: Principal,
    quiz: Quiz,
    state: QuizState,
    attempt_id: str,
    rng: random.Random,
    now: datetime,
) -> StartedAttempt:
    """Create the sheets of a new attempt and return it, still to be saved.

    Costs 2 reads, and for each question, which is an item, a read and at most a write.

    Raises NoAttemptsLeft, QuizHasNoQuestions, QuizTooLarge.
    """
    user_id = caller.user_id
    if quiz.max_attempts is not None and state.used >= quiz.max_attempts:
        raise NoAttemptsLeft
    drawn = draw_questions(quiz, rng)
    sheets = split_into_sheets(await _freeze_questions(tx, user_id, quiz, drawn, rng))
    if not sheets:
        raise QuizHasNoQuestions
    for number, questions in enumerate(sheets):
        ref = sheet_ref(user_id, attempt_id, number)
        tx.create(ref, Sheet(id=ref.id, attempt=attempt_id, questions=tuple(questions)))
    by_id = {question.id: question for sheet in sheets for question in sheet}
    skill = await get_skill(tx, user_id=user_id, course_id=quiz.course)
    ratings = await get_item_ratings(tx, user_id=user_id, quiz_id=quiz.id)
    attempt = Attempt(
        id=attempt_id,
        quiz=quiz.id,
        course=quiz.course,
        terms=copy_terms(quiz),
        started_at=now,
        timezone=caller.timezone,
        items=build_items(sheets, ratings),
        sheets=len(sheets),
        questions=choose_own_questions(sheets),
        skill=rename_concepts(skill, number_concepts(by_id.values())),
    )
    return StartedAttempt(attempt, by_id)


async def get_open_attempt(
    tx: Transaction, user_id: str, state: QuizState, now: datetime
) -> StartedAttempt | None:
    """Return the attempt in progress. Completes it instead if its time is up."""
    if state.open_attempt is None:
        return None
    attempt = await tx.get(ATTEMPTS.doc(state.open_attempt, user=user_id))
    if attempt is None or attempt.is_completed:
        return None
    if is_overdue(attempt, now):
        await complete_open_attempt(tx, user_id, attempt, now)
        return None
    questions = await get_attempt_questions(tx, user_id=user_id, attempt=attempt)
    return StartedAttempt(attempt, questions, is_new=False)


async def _freeze_questions(
    tx: Transaction, user_id: str, quiz: Quiz, ids: Sequence[str], rng: random.Random
) -> list[AttemptQuestion]:
    """Return copies of the questions in this order. Reads in batches, to stop early if they are too large.

    Raises QuizTooLarge.
    """
    frozen: list[AttemptQuestion] = []
    for start in range(0, len(ids), _READ_BATCH):
        batch = tuple(ids[start : start + _READ_BATCH])
        note_items(len(batch))
        questions = await get_questions(tx, user_id=user_id, ids=batch)
        frozen += [freeze_question(each, shuffle=quiz.randomize_questions, rng=rng) for each in questions]
        if sum(measure_question(question) for question in frozen) > MAX_SHEETS_BYTES:
            raise QuizTooLarge
    return frozen
