"""Tasks that expire and purge attempts, and the event that updates ratings."""

from functions.assessments.quizzes.attempts.completion import expire_attempt
from functions.assessments.quizzes.attempts.purge import purge_attempts
from functions.assessments.quizzes.attempts.ratings import rate_attempt
from functions.assessments.quizzes.attempts.tasks import ExpireAttempt
from functions.assessments.quizzes.quizzes.tasks import PurgeAttempts
from shared.consumers import Delivery, Handlers
from shared.published.quizzes import QuizAttemptCompleted
from shared.services import Services

handlers = Handlers()


@handlers.does(ExpireAttempt)
async def do_expire_attempt(services: Services, task: ExpireAttempt) -> None:
    """Complete the attempt if it is still open at its deadline."""
    await expire_attempt(services, task)


@handlers.does(PurgeAttempts)
async def do_purge_attempts(services: Services, task: PurgeAttempts) -> None:
    """Purge attempts of a deleted quiz, a batch at a time."""
    await purge_attempts(services.store, task)


@handlers.on(QuizAttemptCompleted, name="adaptive.learn")
async def on_attempt_completed(services: Services, event: QuizAttemptCompleted, delivery: Delivery) -> None:
    """Rate the learner's skill and the questions' difficulty by the attempt."""
    await rate_attempt(services, event, delivery)
