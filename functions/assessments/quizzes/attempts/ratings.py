"""Updating the ratings of learner and questions after a completed attempt."""

from collections.abc import Mapping

from functions.assessments.quizzes.adaptive.service import RatedAnswer, update_ratings
from functions.assessments.quizzes.attempts.models import Answer, Attempt, AttemptQuestion
from functions.assessments.quizzes.attempts.rules import compute_share
from functions.assessments.quizzes.attempts.store import ATTEMPTS, get_attempt_questions
from functions.assessments.quizzes.grading.models import Mark
from shared.consumers import Delivery
from shared.published.quizzes import QuizAttemptCompleted
from shared.services import Services
from shared.store import Transaction


async def rate_attempt(services: Services, event: QuizAttemptCompleted, delivery: Delivery) -> None:
    """Update the ratings once for each attempt, by the answers that a key graded.

    The purge of a deleted course deletes an attempt together with its ratings, or before them, so an attempt
    that exists keeps ratings from being left behind. Costs 4 reads, 3 writes, and a read for each sheet.
    """

    async def work(tx: Transaction) -> None:
        attempt = await tx.get(ATTEMPTS.doc(event.attempt, user=event.user))
        if attempt is None or not await delivery.claim(tx):
            return
        questions = await get_attempt_questions(tx, user_id=event.user, attempt=attempt)
        await update_ratings(
            tx,
            user_id=event.user,
            course_id=attempt.course,
            quiz_id=attempt.quiz,
            answers=get_rated_answers(attempt, questions),
        )

    await services.store.transact(work)


def get_rated_answers(attempt: Attempt, questions: Mapping[str, AttemptQuestion]) -> list[RatedAnswer]:
    """Return the first answers that a key graded, in the order given, with the names of their concepts."""
    items = {item.question: item for item in attempt.items}
    answers = sorted(attempt.answers.items(), key=lambda each: each[1].rated_place)
    return [
        RatedAnswer(
            question,
            items[question].trial.model_copy(update={"concept": questions[question].concept}),
            answer.share
            if answer.share is not None
            else compute_share(attempt.marks[question], items[question].points),
        )
        for question, answer in answers
        if question in questions and _is_rated(answer, attempt.marks[question])
    ]


def _is_rated(answer: Answer, mark: Mark) -> bool:
    """Return whether a key graded the answer, or the first one, which may have been withdrawn since."""
    return answer.share is not None or (not answer.is_blank and mark.graded_by == "key")
