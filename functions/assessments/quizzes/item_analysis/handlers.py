"""Counting completed attempts into the statistics of their questions."""

from functions.assessments.quizzes.item_analysis.service import count_attempt
from shared.consumers import Delivery, Handlers
from shared.published.quizzes import QuizAttemptCompleted
from shared.services import Services

handlers = Handlers()


@handlers.on(QuizAttemptCompleted, name="assessments.item_statistics")
async def on_attempt_completed(services: Services, event: QuizAttemptCompleted, delivery: Delivery) -> None:
    """Count the attempt in the statistics of each of its questions."""
    await count_attempt(services.store, event, delivery)
