from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.clock import ManualClock, SeededIds
from shared.queue import MAX_ATTEMPTS
from shared.services import Services
from shared.settings import Settings
from tests.shared.bells import Tower
from tests.shared.tasks.sides import CloudSide, EmbeddedSide, Side, cloud_side

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
async def services(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Services]:
    services = Services(
        Settings(data_dir=tmp_path, public_url="http://stack.test", task_attempts=MAX_ATTEMPTS),
        clock=clock,
        ids=SeededIds(1),
    )
    yield services
    await services.aclose()


@pytest.fixture
async def cloud(services: Services, clock: ManualClock) -> AsyncIterator[CloudSide]:
    async with cloud_side(services, clock, Tower("tower")) as side:
        yield side


@pytest.fixture(params=["embedded", "cloud"])
async def side(request: pytest.FixtureRequest, services: Services, clock: ManualClock) -> AsyncIterator[Side]:
    if request.param == "cloud":
        async with cloud_side(services, clock, Tower("tower")) as cloud:
            yield cloud
        return
    embedded = EmbeddedSide(services, clock, Tower("tower"))
    yield embedded
    await embedded.http.aclose()
