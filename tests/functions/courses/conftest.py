"""Students, with a course and without."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.functions.courses.studies import ScriptedRetrieval, Studies, school, signed_in, studying
from tests.stack import Stack, User


@pytest.fixture
async def user(stack: Stack) -> User:
    return await signed_in(stack)


@pytest.fixture
async def studies(stack: Stack) -> Studies:
    return await studying(stack)


@pytest.fixture
def retrieval() -> ScriptedRetrieval:
    return ScriptedRetrieval()


@pytest.fixture
async def scripted(tmp_path: Path, retrieval: ScriptedRetrieval) -> AsyncIterator[Studies]:
    """Studies whose documents the scripted retrieval service gets."""
    async with school(tmp_path, services={"retrieval": retrieval}) as studies:
        yield studies
