"""Assessments as they are stored."""

from datetime import datetime
from typing import Literal

from shared.store import Document

AssessmentStatus = Literal["draft", "completed"]


class Assessment(Document):
    """What it holds says so itself: cards and quizzes bear its id. It is `completed` once something was
    generated for it."""

    course: str
    title: str
    description: str = ""
    topic: str = ""
    status: AssessmentStatus = "draft"
    created_at: datetime
    updated_at: datetime
