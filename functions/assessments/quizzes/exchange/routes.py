"""Routes of files: /api/v1/assessments/quizzes/import/ and /quizzes/{quiz_id}/export/."""

import unicodedata
from typing import Annotated
from urllib.parse import quote

from fastapi import File, Query, Response

from functions.assessments.flashcards.cards.errors import CourseNotFound
from functions.assessments.quizzes.exchange import service
from functions.assessments.quizzes.exchange.errors import MAX_FILE_BYTES, QuizFileTooLarge
from functions.assessments.quizzes.exchange.models import Format
from functions.assessments.quizzes.exchange.schemas import ImportProblem, QuizFile, QuizImported
from functions.assessments.quizzes.quizzes.errors import ExamInProgress, QuizNotFound
from functions.assessments.quizzes.quizzes.routes import QUIZ, QUIZZES
from shared.settings import Settings
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.router import Router

router = Router(tag="quizzes")

_FORM_BYTES = 64 * 1024  # of the form without the file
_FILE = {"schema": {"type": "string", "format": "binary"}}
_FILES = {
    "text/plain": _FILE,
    "application/zip": _FILE,
    "application/json": {"schema": {"type": "object"}},
    "application/xml": _FILE,
}


def _body_limit(_: Settings) -> int:
    return MAX_FILE_BYTES + _FORM_BYTES


@router.serve(
    "POST",
    f"{QUIZZES}import/",
    access=USER,
    cost=Cost(reads=6, writes=1, writes_per_item=1, note="an item is a question"),
    status=201,
    location="/api/v1/assessments/quizzes/{quiz_id}/",
    errors=[CourseNotFound, QuizFileTooLarge],
    body_limit=_body_limit,
    responses={200: {"model": QuizImported, "description": "The same file was imported before"}},
)
async def import_quiz(
    services: Provided, caller: Caller, body: Annotated[QuizFile, File()], response: Response
) -> QuizImported:
    """Import a quiz from a file: Moodle's GIFT or XML, QTI 1.2, 2 or 3, or the JSON of an export.

    The format is detected from the content; QTI may be a package or a document by itself. Up to 500 questions
    are imported; those that cannot be are listed in `errors`. A question that asks for several answers, such
    as matching, becomes one for each. HTML is reduced to its text; `warnings` says what is left out.
    Importing the same file into the same course again returns the quiz that exists.
    """
    imported = await service.import_quiz(
        services,
        user_id=caller.user_id,
        course=body.course,
        title=body.title,
        file=body.file.file,
        file_name=body.file.filename,
    )
    response.status_code = 201 if imported.is_new else 200
    problems = [ImportProblem(row=each.row, error=each.error) for each in imported.errors]
    warnings = [ImportProblem(row=each.row, error=each.error) for each in imported.warnings]
    return QuizImported(quiz_id=imported.quiz_id, imported=imported.count, errors=problems, warnings=warnings)


@router.serve(
    "GET",
    f"{QUIZ}export/",
    access=USER,
    cost=Cost(reads=4, reads_per_item=1, note="an item is a question"),
    errors=[QuizNotFound, ExamInProgress],
    response_class=Response,
    responses={200: {"description": "The file", "content": _FILES}},
)
async def export_quiz(
    services: Provided,
    caller: Caller,
    quiz_id: str,
    form: Annotated[Format, Query(alias="format")] = "json",
) -> Response:
    """Export the quiz as a file.

    `json` keeps everything. `qti`, a package of version 2.1, drops tags, concepts, difficulty and units.
    `moodle`, Moodle's XML, drops concepts and difficulty, and turns code into essays. `gift` also drops
    points, rubrics and units.
    """
    quiz, file = await service.export_quiz(services, user_id=caller.user_id, quiz_id=quiz_id, form=form)
    headers = {"Content-Disposition": _build_disposition(quiz.title, file.extension)}
    return Response(file.content, media_type=file.media_type, headers=headers)


def _build_disposition(title: str, extension: str) -> str:
    """Return a plain file name, and the title as the name for clients that support it (RFC 6266)."""
    letters = "".join(char for char in title if char in "_ -" or unicodedata.category(char)[0] in "LMN")
    name = letters.strip() or "quiz"
    return f"attachment; filename=\"quiz.{extension}\"; filename*=UTF-8''{quote(f'{name}.{extension}')}"
