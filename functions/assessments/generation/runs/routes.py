"""Routes of generation: flashcards, quizzes and the content of assessments."""

from fastapi import Response

from functions.assessments.generation.assessments.errors import AssessmentNotFound
from functions.assessments.generation.assessments.routes import ASSESSMENT
from functions.assessments.generation.runs.models import Order
from functions.assessments.generation.runs.orders import order_content
from functions.assessments.generation.runs.schemas import (
    GenerateCards,
    GenerateContent,
    GeneratedCard,
    GeneratedCards,
    GeneratedContent,
    GeneratedQuestion,
    GeneratedQuiz,
    GenerateQuiz,
)
from functions.assessments.generation.runs.work import ERRORS, GenerationWork
from shared.jobs.work import Progress, ResponseMode, document_modes, respond
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, IdempotencyKey, Provided, RespondAsync, Stream
from shared.web.router import Router

router = Router(tag="generation")
assessment_router = Router(tag="assessments")

_NOTE = "items are documents read and what was made; up to 200 reads compare with the course's newest"


@router.serve(
    "POST",
    "/api/v1/assessments/flashcards/generate/",
    access=USER,
    cost=Cost(reads=212, writes=14, deletes=1, reads_per_item=2, writes_per_item=1, note=f"{_NOTE} cards"),
    status=201,
    location="/api/v1/assessments/flashcards/",
    errors=ERRORS,
    response_model=GeneratedCards,
    events={"progress": Progress, "flashcard": GeneratedCard, "completed": GeneratedCards},
    responses={**document_modes(), 201: {"description": "The saved cards"}},
)
async def generate_flashcards(
    services: Provided, caller: Caller, body: GenerateCards, as_job: RespondAsync, stream: Stream
) -> Response | object:
    """Generate flashcards from documents, each with a verbatim quote of its source.

    A card whose quote is not in the source word for word is dropped, so there may be fewer than ordered.
    """
    order = Order(id=services.ids.new(), **body.model_dump())
    work = GenerationWork(order, caller.timezone)
    return await respond(services, caller, work, ResponseMode(as_job, stream))


@router.serve(
    "POST",
    "/api/v1/assessments/quizzes/generate/",
    access=USER,
    cost=Cost(
        reads=213, writes=14, deletes=1, reads_per_item=2, writes_per_item=1, note=f"{_NOTE} questions"
    ),
    status=201,
    location="/api/v1/assessments/quizzes/{quiz_id}/",
    errors=ERRORS,
    response_model=GeneratedQuiz,
    events={"progress": Progress, "question": GeneratedQuestion, "completed": GeneratedQuiz},
    responses={**document_modes(), 201: {"description": "The saved quiz"}},
)
async def generate_quiz(
    services: Provided, caller: Caller, body: GenerateQuiz, as_job: RespondAsync, stream: Stream
) -> Response | object:
    """Generate a quiz from documents; each question quotes the words of its source that support its key.

    A question whose quote is not in the source word for word is dropped, so there may be fewer than ordered.
    """
    order = Order(
        id=services.ids.new(),
        questions=body.question_count,
        difficulty_level=body.difficulty,
        **body.model_dump(exclude={"question_count", "difficulty"}),
    )
    work = GenerationWork(order, caller.timezone)
    return await respond(services, caller, work, ResponseMode(as_job, stream))


@assessment_router.serve(
    "POST",
    f"{ASSESSMENT}generate_content/",
    access=USER,
    cost=Cost(
        reads=425,
        writes=18,
        deletes=1,
        reads_per_item=2,
        writes_per_item=1,
        note="items are documents read and what was made; up to 400 reads compare with the course's newest",
    ),
    errors=[AssessmentNotFound, *ERRORS],
    response_model=GeneratedContent,
    events={
        "progress": Progress,
        "flashcard": GeneratedCard,
        "question": GeneratedQuestion,
        "completed": GeneratedContent,
    },
    responses=document_modes(),
)
async def generate_content(
    services: Provided,
    caller: Caller,
    assessment_id: str,
    body: GenerateContent,
    key: IdempotencyKey,
    as_job: RespondAsync,
    stream: Stream,
) -> Response | object:
    """Generate flashcards and a quiz for an assessment, each item with a verbatim quote of its source.

    An item whose quote is not in the source word for word is dropped. The same request again returns the
    first result; with another Idempotency-Key it generates new content.
    """
    order = await order_content(services, caller=caller, assessment_id=assessment_id, body=body, key=key)
    work = GenerationWork(order, caller.timezone)
    return await respond(services, caller, work, ResponseMode(as_job, stream))
