"""Fixture of a learner who takes quizzes."""

import pytest

from tests.functions.assessments.quizzes.attempts.takers import Taker, new_taker
from tests.stack import Stack


@pytest.fixture
async def taker(stack: Stack) -> Taker:
    return await new_taker(stack)
