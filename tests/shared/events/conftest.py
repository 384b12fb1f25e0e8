from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.clock import ManualClock, SeededIds
from shared.events.pubsub import EMULATOR
from shared.services import Services
from shared.settings import Settings
from tests.emulators_pubsub import pubsub_emulator
from tests.shared.bells import Tower
from tests.shared.events.sides import BASE_URL, EmbeddedSide, Side, pubsub_side

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pubsub_emulator(tmp_path_factory.mktemp("pubsub")) as address:
        yield address


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
async def services(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Services]:
    services = Services(Settings(data_dir=tmp_path, public_url=BASE_URL), clock=clock, ids=SeededIds(1))
    yield services
    await services.aclose()


@pytest.fixture(params=["embedded", "pubsub"])
async def side(
    request: pytest.FixtureRequest, services: Services, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Side]:
    towers = [Tower("north"), Tower("south")]
    if request.param == "embedded":
        embedded = EmbeddedSide(services, clock, towers)
        yield embedded
        await embedded.http.aclose()
        return
    monkeypatch.setenv(EMULATOR, request.getfixturevalue("emulator"))
    topic = "events-" + "".join(char for char in request.node.name if char.isalnum())[:200]
    async with pubsub_side(services, towers, topic) as side:
        yield side
