"""Stored questions."""

from collections.abc import Sequence

from functions.assessments.quizzes.questions.models import Question
from shared.store import Collection, Store, Transaction

QUESTIONS = Collection("users/{user}/questions", Question)


async def get_questions(reads: Store | Transaction, *, user_id: str, ids: Sequence[str]) -> list[Question]:
    """Return the questions with these ids that exist, in their order. Costs 1 read for each id."""
    questions = await reads.get_many([QUESTIONS.doc(each, user=user_id) for each in ids])
    return [question for question in questions if question is not None]
