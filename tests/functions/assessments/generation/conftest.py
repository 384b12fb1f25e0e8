"""A course with a processed document, under the offline model or a scripted one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.functions.assessments.generation.lessons import Lesson, open_lesson
from tests.functions.assessments.generation.material import ASSESSMENTS, new_course, processed_document
from tests.stack import Stack, User


@pytest.fixture
async def course(user: User) -> str:
    return await new_course(user)


@pytest.fixture
async def document(stack: Stack, user: User, course: str) -> str:
    return await processed_document(stack, user, course)


@pytest.fixture
async def assessment(user: User, course: str) -> str:
    answer = await user.http.post(
        ASSESSMENTS, json={"course": course, "title": "Midterm", "topic": "Photosynthesis"}
    )
    assert answer.status_code == 201, answer.text
    assessment: str = answer.json()["id"]
    return assessment


@pytest.fixture
async def lesson(tmp_path: Path) -> AsyncIterator[Lesson]:
    async with open_lesson(tmp_path) as lesson:
        yield lesson
