from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.functions.auth.firebase.vouchers import Vouching, vouched_stack
from tests.stack import Stack


@pytest.fixture
def firebase() -> Vouching:
    return Vouching()


@pytest.fixture
async def stack(tmp_path: Path, firebase: Vouching) -> AsyncIterator[Stack]:
    async with vouched_stack(tmp_path, firebase) as built:
        yield built
