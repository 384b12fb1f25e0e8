"""Requests for another grade."""

from typing import Annotated

from pydantic import Field, StringConstraints

from functions.assessments.quizzes.questions.rules import MAX_POINTS
from shared.web.schemas import Body, DocumentId


class AppealIn(Body):
    """An objection to the model's grade of one answer; the reason is shown to the model."""

    question: DocumentId
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class HandGradeIn(Body):
    """Points that a person gives to one answer, from 0 to those of the question."""

    question: DocumentId
    points: Annotated[float, Field(strict=True, ge=0, le=MAX_POINTS, allow_inf_nan=False)]
    comment: Annotated[str, StringConstraints(max_length=2000)] = ""
