"""POST /api/v1/assessments/quizzes/import/ and GET /api/v1/assessments/quizzes/{quiz_id}/export/"""

import re
from typing import Annotated
from urllib.parse import quote

from fastapi import File, Query, Response

from functions.assessments.flashcards.cards.errors import CourseNotFound
from functions.assessments.quizzes.exchange import service
from functions.assessments.quizzes.exchange.errors import LARGEST_FILE, QuizFileTooLarge
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

_NOT_IN_NAMES = re.compile(r"[^\w -]+")
_FORM_BYTES = 64 * 1024  # around the file
_FILE = {"schema": {"type": "string", "format": "binary"}}
_FILES = {"text/plain": _FILE, "application/zip": _FILE, "application/json": {"schema": {"type": "object"}}}


def _body_limit(_: Settings) -> int:
    return LARGEST_FILE + _FORM_BYTES


@router.serve(
    "POST",
    f"{QUIZZES}import/",
    access=USER,
    cost=Cost(reads=6, writes=1, writes_per_item=1, note="an item is a question"),
    status=201,
    errors=[CourseNotFound, QuizFileTooLarge],
    body_limit=_body_limit,
    responses={200: {"model": QuizImported, "description": "The same file was imported before"}},
)
async def import_quiz(
    services: Provided, caller: Caller, body: Annotated[QuizFile, File()], response: Response
) -> QuizImported:
    """Make a quiz of a file: Moodle's GIFT, QTI 2.1 (a package, or one item), or the JSON of an export.

    The format is told by the content. Questions that cannot be had are listed, and the others imported: up to
    500. The same file again, into the same course, gives the quiz that is there. HTML becomes its words.
    """
    done = await service.import_quiz(
        services,
        user_id=caller.user_id,
        course=body.course,
        title=body.title,
        file=body.file.file,
        file_name=body.file.filename,
    )
    response.status_code = 201 if done.is_new else 200
    problems = [ImportProblem(row=each.row, error=each.error) for each in done.errors]
    return QuizImported(quiz_id=done.quiz_id, imported=done.imported, errors=problems)


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
    """The quiz as a file. `json` keeps everything; `qti`, a package, knows no tags, concepts and difficulty;
    `gift` knows no points and rubrics besides, and makes an essay of code."""
    quiz, written = await service.export_quiz(services, user_id=caller.user_id, quiz_id=quiz_id, form=form)
    headers = {"Content-Disposition": _disposition(quiz.title, written.extension)}
    return Response(written.content, media_type=written.media_type, headers=headers)


def _disposition(title: str, extension: str) -> str:
    """A name that any file system takes, and the title where it can be had (RFC 6266)."""
    name = _NOT_IN_NAMES.sub("", title).strip() or "quiz"
    return f"attachment; filename=\"quiz.{extension}\"; filename*=UTF-8''{quote(f'{name}.{extension}')}"
