"""Answers are hidden from a user who is taking the quiz as an exam."""

from datetime import datetime

from functions.assessments.quizzes.quizzes.errors import ExamInProgress
from functions.assessments.quizzes.quizzes.store import get_quiz_state
from shared.store import Store, Transaction


async def require_no_exam(reads: Store | Transaction, *, user_id: str, quiz_id: str, now: datetime) -> None:
    """Raise ExamInProgress while the user has an exam at this quiz open. Costs 1 read."""
    state = await get_quiz_state(reads, user_id=user_id, quiz_id=quiz_id)
    if state.open_exam and (state.open_until is None or now < state.open_until):
        raise ExamInProgress
