"""Imports of quizzes as requests and answers have them."""

from typing import Annotated, Any

from fastapi import UploadFile
from pydantic import BeforeValidator, Field

from shared.web.schemas import Body, DocumentId, Name, View


def _empty_to_none(value: Any) -> Any:
    """Read an empty text as null, which a form cannot express."""
    return None if value == "" else value


def _reject_nul(value: Any) -> Any:
    """Reject NUL characters, as the JSON parser does for other bodies."""
    if isinstance(value, str) and "\x00" in value:
        raise ValueError("contains characters that are not text")
    return value


class QuizFile(Body):
    """A file of questions. `title` defaults to the title in the file, or to the file name."""

    course: Annotated[DocumentId, BeforeValidator(_reject_nul)]
    file: UploadFile
    title: Annotated[Name | None, BeforeValidator(_empty_to_none), BeforeValidator(_reject_nul)] = None


class ImportProblem(View):
    """A question that could not be imported."""

    row: int = Field(examples=[7], description="The line in GIFT, the place in the file otherwise")
    error: str = Field(examples=["options: Exactly one option must be correct"])


class QuizImported(View):
    """An imported quiz. `errors` lists the first hundred questions that could not be imported."""

    quiz_id: str
    imported: int = Field(examples=[10])
    errors: list[ImportProblem]
