"""Where quizzes and their questions are kept."""

from collections.abc import Sequence

from functions.assessments.flashcards.cards.store import study_state
from functions.assessments.quizzes.quizzes.errors import QuestionNotFound, QuizNotFound
from functions.assessments.quizzes.quizzes.models import Question, Quiz, QuizState
from shared.store import Collection, Store, Transaction

QUIZZES = Collection("users/{user}/quizzes", Quiz)
QUIZ_STATES = Collection("users/{user}/quiz_states", QuizState)
QUESTIONS = Collection("users/{user}/questions", Question)


async def visible_quiz(reads: Store | Transaction, *, user_id: str, quiz_id: str) -> Quiz:
    """The quiz, unless its course was deleted. Costs 2 reads. Raises QuizNotFound."""
    ref = QUIZZES.doc(quiz_id, user=user_id)
    state = await study_state(reads, user_id)
    quiz = await reads.get(ref)
    if quiz is None or quiz.course in state.forgotten_courses:
        raise QuizNotFound
    return quiz


async def visible_question(
    reads: Store | Transaction, *, user_id: str, question_id: str, quiz_id: str | None = None
) -> tuple[Quiz, Question]:
    """The question, of that quiz where one is named, and its quiz. Costs 3 reads. Raises QuestionNotFound."""
    question = await reads.get(QUESTIONS.doc(question_id, user=user_id))
    if question is None or quiz_id not in (None, question.quiz):
        raise QuestionNotFound
    try:
        quiz = await visible_quiz(reads, user_id=user_id, quiz_id=question.quiz)
    except QuizNotFound:
        raise QuestionNotFound from None
    if question.id not in quiz.questions:
        raise QuestionNotFound
    return quiz, question


async def questions_of(
    reads: Store | Transaction, *, user_id: str, questions: Sequence[str]
) -> list[Question]:
    """The questions with these ids, in their order. Costs 1 read for each."""
    found = await reads.get_many([QUESTIONS.doc(each, user=user_id) for each in questions])
    return [question for question in found if question is not None]


async def get_quiz_state(reads: Store | Transaction, *, user_id: str, quiz_id: str) -> QuizState:
    """Return the state of the attempts at the quiz, a new one if there were none. Costs 1 read."""
    state = await reads.get(QUIZ_STATES.doc(quiz_id, user=user_id))
    return state or QuizState(id=quiz_id)
