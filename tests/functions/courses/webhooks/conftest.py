"""Studies whose webhooks can be received."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.functions.courses.loopback import Server
from tests.functions.courses.studies import ScriptedRetrieval, Studies, run_studies


@pytest.fixture
async def online(tmp_path: Path, retrieval: ScriptedRetrieval, server: Server) -> AsyncIterator[Studies]:
    """Studies that may reach the server on loopback, and no other internal address."""
    now = datetime.now(UTC)  # receivers check the time of a signature on their own clocks
    async with run_studies(
        tmp_path, services={"retrieval": retrieval}, start=now, url_fetch_allowed_hosts=server.name
    ) as studies:
        yield studies
