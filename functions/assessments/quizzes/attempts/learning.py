"""What a completed attempt tells of the learner and of the questions."""

from collections.abc import Mapping

from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.quizzes.adaptive.service import Tried, learn
from functions.assessments.quizzes.attempts.models import Attempt, AttemptQuestion
from functions.assessments.quizzes.attempts.rules import share_earned
from functions.assessments.quizzes.attempts.store import ATTEMPTS, get_attempt_questions
from shared.consumers import Delivery
from shared.published.quizzes import QuizAttemptCompleted
from shared.services import Services
from shared.store import Transaction


async def learn_from(services: Services, event: QuizAttemptCompleted, delivery: Delivery) -> None:
    """Move the ratings once for each attempt; answers that no key graded tell nothing yet."""

    async def work(tx: Transaction) -> None:
        attempt = await tx.get(ATTEMPTS.doc(event.attempt, user=event.user))
        state = await get_study_state(tx, event.user)
        if attempt is None or attempt.course in state.forgotten_courses or not await delivery.first(tx):
            return
        questions = await get_attempt_questions(tx, user_id=event.user, attempt=attempt)
        await learn(
            tx,
            user_id=event.user,
            course_id=attempt.course,
            quiz_id=attempt.quiz,
            tried=tried(attempt, questions),
        )

    await services.store.transact(work)


def tried(attempt: Attempt, questions: Mapping[str, AttemptQuestion]) -> list[Tried]:
    """The answers that a key graded, in the order given, under the true names of their concepts."""
    items = {item.question: item for item in attempt.items}
    answers = sorted(attempt.answers.items(), key=lambda each: each[1].place)
    return [
        Tried(
            question,
            items[question].trial.model_copy(update={"concept": questions[question].concept}),
            share_earned(items[question], attempt.marks[question]),
        )
        for question, answer in answers
        if not answer.is_blank and question in questions and attempt.marks[question].graded_by == "key"
    ]
