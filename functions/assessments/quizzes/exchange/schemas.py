"""Imports of quizzes as requests and answers have them."""

from typing import Annotated

from fastapi import UploadFile
from pydantic import Field

from shared.web.forms import EMPTY_AS_NONE, WITHOUT_NUL
from shared.web.schemas import Body, DocumentId, Name, View


class QuizFile(Body):
    """A file of questions. `title` defaults to the title in the file, or to the file name."""

    course: Annotated[DocumentId, WITHOUT_NUL]
    file: UploadFile
    title: Annotated[Name | None, EMPTY_AS_NONE, WITHOUT_NUL] = None


class ImportProblem(View):
    """A question that could not be imported."""

    row: int = Field(examples=[7], description="The line in GIFT, the place in the file otherwise")
    error: str = Field(examples=["options: Exactly one option must be correct"])


class QuizImported(View):
    """An imported quiz.

    `errors` lists the first hundred questions that could not be imported; `warnings` says what was left out
    of questions that were.
    """

    quiz_id: str
    imported: int = Field(examples=[10])
    errors: list[ImportProblem]
    warnings: list[ImportProblem] = Field(default_factory=list)
