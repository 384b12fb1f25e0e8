from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.services import Services
from tests.stack import Stack, running


@pytest.fixture
async def hashing_stack(tmp_path: Path) -> AsyncIterator[Stack]:
    """A stack that hashes passwords at full strength, as deployed; other tests hash cheaply."""
    async with running(tmp_path, services={"password_hasher": Services().password_hasher}) as built:
        yield built
