"""Students with and without a course, and outside services."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.functions.courses.loopback import Server, run_server
from tests.functions.courses.studies import ScriptedRetrieval, Studies, run_studies, sign_in, start_studies
from tests.stack import Stack, User


@pytest.fixture
async def user(stack: Stack) -> User:
    return await sign_in(stack)


@pytest.fixture
async def studies(stack: Stack) -> Studies:
    return await start_studies(stack)


@pytest.fixture
def retrieval() -> ScriptedRetrieval:
    return ScriptedRetrieval()


@pytest.fixture
async def scripted(tmp_path: Path, retrieval: ScriptedRetrieval) -> AsyncIterator[Studies]:
    """Studies with the scripted retrieval service."""
    async with run_studies(tmp_path, services={"retrieval": retrieval}) as studies:
        yield studies


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with run_server() as server:
        yield server
