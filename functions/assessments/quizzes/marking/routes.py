"""Routes of /api/v1/assessments/quiz-attempts/{attempt_id}/appeal/ and /grade/."""

from fastapi.responses import JSONResponse

from functions.assessments.quizzes.attempts.errors import AttemptNotFound, AttemptNotOver
from functions.assessments.quizzes.attempts.results import AttemptResult, build_result
from functions.assessments.quizzes.attempts.routes import ATTEMPT
from functions.assessments.quizzes.marking import service
from functions.assessments.quizzes.marking.schemas import AppealIn, HandGradeIn
from shared.jobs import Accepted, respond_accepted
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.router import Router

router = Router(tag="attempts")


@router.serve(
    "POST",
    f"{ATTEMPT}appeal/",
    access=USER,
    cost=Cost(reads=4, writes=3, deletes=1),
    status=202,
    location=f"{ATTEMPT}results/",
    response_model=Accepted,
    errors=[AttemptNotFound, AttemptNotOver],
)
async def appeal_grade(services: Provided, caller: Caller, attempt_id: str, body: AppealIn) -> JSONResponse:
    """Have the model grade an answer that it graded once more; each answer can be appealed once.

    Both grades are kept with the reason, and the better one counts.
    """
    job = await service.appeal(
        services,
        user_id=caller.user_id,
        attempt_id=attempt_id,
        question_id=body.question,
        reason=body.reason,
    )
    return respond_accepted(job, services.settings)


@router.serve(
    "POST",
    f"{ATTEMPT}grade/",
    access=USER,
    cost=Cost(reads=5, writes=2, reads_per_item=1, note="items as for the result of an attempt"),
    errors=[AttemptNotFound, AttemptNotOver],
)
async def grade_answer_by_hand(
    services: Provided, caller: Caller, attempt_id: str, body: HandGradeIn
) -> AttemptResult:
    """Set the points of a written answer of a completed attempt, above any grade by the key or the model."""
    attempt = await service.grade_by_hand(
        services,
        user_id=caller.user_id,
        attempt_id=attempt_id,
        question_id=body.question,
        points=body.points,
        comment=body.comment,
    )
    return await build_result(services.store, user_id=caller.user_id, attempt=attempt)
