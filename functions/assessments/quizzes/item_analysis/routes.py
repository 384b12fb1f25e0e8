"""Route of /api/v1/assessments/quizzes/{quiz_id}/statistics/."""

from functions.assessments.quizzes.item_analysis import service
from functions.assessments.quizzes.item_analysis.schemas import QuestionStatisticsView
from functions.assessments.quizzes.quizzes.errors import ExamInProgress, QuizNotFound
from functions.assessments.quizzes.quizzes.routes import QUIZ
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.pages import Page, RequestedPage
from shared.web.router import Router

router = Router(tag="quizzes")


@router.serve(
    "GET",
    f"{QUIZ}statistics/",
    access=USER,
    cost=Cost(reads=5, reads_per_item=2, note="an item is a question"),
    errors=[QuizNotFound, ExamInProgress],
)
async def list_question_statistics(
    services: Provided, caller: Caller, quiz_id: str, page_request: RequestedPage
) -> Page[QuestionStatisticsView]:
    """List the facility and discrimination of each question, over completed attempts.

    With ten answers or more a question can be flagged: `poor_discrimination` below 0.15,
    `negative_discrimination` below 0, `too_easy` for a facility above 0.95, `too_hard` for one below 0.2. The
    statistics of a question start again when its key changes.
    """
    return await service.list_statistics(services, page_request, user_id=caller.user_id, quiz_id=quiz_id)
