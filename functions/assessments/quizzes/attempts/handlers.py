"""The clock ran out; a quiz is gone; an attempt is over, and something was learnt of the learner."""

from functions.assessments.quizzes.attempts.finishing import expire
from functions.assessments.quizzes.attempts.learning import learn_from
from functions.assessments.quizzes.attempts.purge import purge_attempts
from functions.assessments.quizzes.attempts.tasks import ExpireAttempt
from functions.assessments.quizzes.quizzes.tasks import PurgeAttempts
from shared.consumers import Delivery, Handlers
from shared.published.quizzes import QuizAttemptCompleted
from shared.services import Services

handlers = Handlers()


@handlers.does(ExpireAttempt)
async def on_expire(services: Services, task: ExpireAttempt) -> None:
    await expire(services, task)


@handlers.does(PurgeAttempts)
async def on_purge(services: Services, task: PurgeAttempts) -> None:
    await purge_attempts(services.store, task)


@handlers.on(QuizAttemptCompleted, name="adaptive.learn")
async def on_completed(services: Services, event: QuizAttemptCompleted, delivery: Delivery) -> None:
    await learn_from(services, event, delivery)
