"""Stored quizzes, and the state of the attempts at each."""

from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.quizzes.quizzes.errors import QuizNotFound
from functions.assessments.quizzes.quizzes.models import Quiz, QuizState
from shared.store import Collection, Store, Transaction

QUIZZES = Collection("users/{user}/quizzes", Quiz)
QUIZ_STATES = Collection("users/{user}/quiz_states", QuizState)


async def get_quiz(reads: Store | Transaction, *, user_id: str, quiz_id: str) -> Quiz:
    """Return the quiz, unless its course was deleted. Costs 2 reads. Raises QuizNotFound."""
    ref = QUIZZES.doc(quiz_id, user=user_id)
    state = await get_study_state(reads, user_id)
    quiz = await reads.get(ref)
    if quiz is None or quiz.course in state.forgotten_courses:
        raise QuizNotFound
    return quiz


async def get_quiz_state(reads: Store | Transaction, *, user_id: str, quiz_id: str) -> QuizState:
    """Return the state of the attempts at the quiz, a new one if there were none. Costs 1 read."""
    state = await reads.get(QUIZ_STATES.doc(quiz_id, user=user_id))
    return state or QuizState(id=quiz_id)
