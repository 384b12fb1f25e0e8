"""Exchange of quizzes as requests and answers have it."""

from typing import Annotated, Any

from fastapi import UploadFile
from pydantic import BeforeValidator, Field

from shared.web.schemas import Body, DocumentId, Name, View


def _nothing_if_empty(value: Any) -> Any:
    """A form can't say null."""
    return None if value == "" else value


def _readable(value: Any) -> Any:
    """A form's text is not JSON, which the frame has checked."""
    if isinstance(value, str) and "\x00" in value:
        raise ValueError("contains characters that are not text")
    return value


class QuizFile(Body):
    """`title` defaults to the one in the file, or to the file's name."""

    course: Annotated[DocumentId, BeforeValidator(_readable)]
    file: UploadFile
    title: Annotated[Name | None, BeforeValidator(_nothing_if_empty), BeforeValidator(_readable)] = None


class ImportProblem(View):
    row: int = Field(examples=[7], description="Its line in GIFT, its place in the file otherwise")
    error: str = Field(examples=["options: Exactly one option must be correct"])


class QuizImported(View):
    """`errors` are the first hundred."""

    quiz_id: str
    imported: int = Field(examples=[10])
    errors: list[ImportProblem]
