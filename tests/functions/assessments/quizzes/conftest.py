"""Fixtures: one stack for each module, and a new owner of quizzes for each test."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.functions.assessments.learners import new_learner
from tests.functions.assessments.quizzes.makers import QuizMaker
from tests.stack import Stack, running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with running(tmp_path_factory.mktemp("quizzes")) as stack:
        yield stack


@pytest_asyncio.fixture(loop_scope="module")
async def maker(shared_stack: Stack) -> QuizMaker:
    return QuizMaker(await new_learner(shared_stack))
