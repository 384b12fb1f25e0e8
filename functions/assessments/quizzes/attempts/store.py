"""Stored attempts and their questions."""

from collections.abc import Iterable

from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.quizzes.attempts.errors import AttemptNotFound
from functions.assessments.quizzes.attempts.models import Attempt, AttemptQuestion, Sheet
from shared.store import Collection, Query, Ref, Store, Transaction
from shared.store.meter import note_items

ATTEMPTS = Collection("users/{user}/quiz_attempts", Attempt)
SHEETS = Collection("users/{user}/attempt_sheets", Sheet)

Reads = Store | Transaction


def sheet_ref(user_id: str, attempt_id: str, number: int) -> Ref[Sheet]:
    """Return the reference of a sheet of the attempt's questions, by its number from 0."""
    return SHEETS.doc(f"{attempt_id}.{number}", user=user_id)


async def get_attempt(reads: Reads, *, user_id: str, attempt_id: str) -> Attempt:
    """Return the attempt, unless its course was deleted. Costs 2 reads. Raises AttemptNotFound."""
    ref = ATTEMPTS.doc(attempt_id, user=user_id)
    state = await get_study_state(reads, user_id)
    attempt = await reads.get(ref)
    if attempt is None or attempt.course in state.forgotten_courses:
        raise AttemptNotFound
    return attempt


async def get_attempt_questions(
    reads: Reads, *, user_id: str, attempt: Attempt, sheets: Iterable[int] | None = None
) -> dict[str, AttemptQuestion]:
    """Return the attempt's questions by id, in the order shown; only those of some sheets are needed.

    Costs nothing for questions in the attempt, else a read for each sheet, which is an item.
    """
    questions = list(attempt.questions)
    if not questions:
        numbers = range(attempt.sheets) if sheets is None else sorted(set(sheets))
        loaded = await reads.get_many([sheet_ref(user_id, attempt.id, number) for number in numbers])
        note_items(len(loaded))
        questions = [question for sheet in loaded if sheet is not None for question in sheet.questions]
    by_id = {question.id: question for question in questions}
    return {item.question: by_id[item.question] for item in attempt.items if item.question in by_id}


def query_attempts(user_id: str, quiz_id: str | None) -> Query[Attempt]:
    """Return the query of the user's attempts, at one quiz or all, the latest first."""
    query = ATTEMPTS.query(user=user_id)
    if quiz_id is not None:
        query = query.where("quiz", "==", quiz_id)
    return query.order_by("started_at", descending=True)
