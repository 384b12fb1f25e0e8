from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.functions.auth.firebase.identities import IdentityStub, run_stack
from tests.stack import Stack


@pytest.fixture
def firebase() -> IdentityStub:
    return IdentityStub()


@pytest.fixture
async def stack(tmp_path: Path, firebase: IdentityStub) -> AsyncIterator[Stack]:
    async with run_stack(tmp_path, firebase) as built:
        yield built
