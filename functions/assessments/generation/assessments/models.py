"""Stored assessments."""

from datetime import datetime
from typing import Literal

from shared.store import Document

AssessmentStatus = Literal["draft", "completed"]


class Assessment(Document):
    """An assessment, whose cards and quizzes have its id; `completed` once something was generated for it."""

    course: str
    title: str
    description: str = ""
    topic: str = ""
    status: AssessmentStatus = "draft"
    created_at: datetime
    updated_at: datetime
