"""Purging what a deleted quiz leaves behind."""

from functions.assessments.quizzes.authoring.purge import purge_quiz
from functions.assessments.quizzes.quizzes.tasks import PurgeQuiz
from shared.consumers import Handlers
from shared.services import Services

handlers = Handlers()


@handlers.does(PurgeQuiz)
async def do_purge_quiz(services: Services, task: PurgeQuiz) -> None:
    """Purge the questions and statistics of a deleted quiz, a batch at a time."""
    await purge_quiz(services.store, task)
