"""Answers are not shown to somebody who is being examined on them."""

from datetime import datetime

from functions.assessments.quizzes.attempts.store import exam_in_progress
from functions.assessments.quizzes.quizzes.errors import ExamInProgress
from shared.store import Store, Transaction


async def require_no_exam(reads: Store | Transaction, *, user_id: str, quiz_id: str, now: datetime) -> None:
    """Costs 1 read. Raises ExamInProgress."""
    if await exam_in_progress(reads, user_id=user_id, quiz_id=quiz_id, now=now):
        raise ExamInProgress
