"""A learner in UTC."""

import pytest

from tests.functions.assessments.learners import Learner, new_learner
from tests.stack import Stack


@pytest.fixture
async def learner(stack: Stack) -> Learner:
    return await new_learner(stack)
