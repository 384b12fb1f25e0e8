"""POST /api/v1/assessments/{flashcards,quizzes}/generate/: at once, streamed, or as a job."""

from fastapi import Response

from functions.assessments.generation.runs.delivery import ERRORS, Manner, also, serve
from functions.assessments.generation.runs.models import Order
from functions.assessments.generation.runs.schemas import (
    GenerateCards,
    GeneratedCards,
    GeneratedQuiz,
    GenerateQuiz,
)
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided, RespondAsync, Stream
from shared.web.router import Router

router = Router(tag="generation")

_NOTE = "items are documents read and what was made; up to 200 reads compare with the course's newest"


@router.serve(
    "POST",
    "/api/v1/assessments/flashcards/generate/",
    access=USER,
    cost=Cost(reads=212, writes=14, deletes=1, reads_per_item=2, writes_per_item=1, note=f"{_NOTE} cards"),
    status=201,
    errors=ERRORS,
    response_model=GeneratedCards,
    responses={**also("`flashcard`"), 201: {"description": "The saved cards"}},
)
async def generate_cards(
    services: Provided, caller: Caller, body: GenerateCards, as_job: RespondAsync, stream: Stream
) -> Response | object:
    """Make flashcards from documents, each with a verbatim quote of its source.

    What can't be found in the source word for word is left out, so there may be fewer cards than asked for.
    """
    order = Order(id=services.ids.new(), **body.model_dump())
    return await serve(services, caller, order, Manner(as_job, stream))


@router.serve(
    "POST",
    "/api/v1/assessments/quizzes/generate/",
    access=USER,
    cost=Cost(
        reads=213, writes=14, deletes=1, reads_per_item=2, writes_per_item=1, note=f"{_NOTE} questions"
    ),
    status=201,
    errors=ERRORS,
    response_model=GeneratedQuiz,
    responses={**also("`question`"), 201: {"description": "The saved quiz"}},
)
async def generate_quiz(
    services: Provided, caller: Caller, body: GenerateQuiz, as_job: RespondAsync, stream: Stream
) -> Response | object:
    """Make a quiz from documents: each question quotes the words of its source that its key stands on.

    What can't be found in the source word for word is left out, so there may be fewer questions than asked
    for.
    """
    order = Order(
        id=services.ids.new(),
        questions=body.question_count,
        difficulty_level=body.difficulty,
        **body.model_dump(exclude={"question_count", "difficulty"}),
    )
    return await serve(services, caller, order, Manner(as_job, stream))
