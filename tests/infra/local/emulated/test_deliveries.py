"""Tasks find their group's function, and what is scheduled is run again and again."""

import asyncio
import contextlib
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from infra.groups import GroupEntry, entries, fallback, topics
from infra.local.emulated import deliveries
from infra.local.emulated.deliveries import QueueTransport, run_schedules
from infra.local.emulated.environment import create_environment
from infra.local.emulated.functions import functions
from shared.settings import LOCAL_SECRET, Settings
from tests.deadlines import DEADLINE_SECONDS
from tests.loopback import listening


class Tasks:
    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.hosts: list[str] = []
        self.refusals = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.bodies.append(await request.body())
        self.hosts.append(request.headers["Host"])
        self.refusals -= 1
        await Response(status_code=500 if self.refusals >= 0 else 204)(scope, receive, send)


async def test_a_queue_puts_its_groups_address_in_place_of_the_tasks() -> None:
    tasks = Tasks()
    async with listening(tasks) as url, httpx.AsyncClient(transport=QueueTransport({"towers": url})) as http:
        answer = await http.post("https://towers.tasks.invalid/", content=b"{}")
        with pytest.raises(httpx.ConnectError, match="houses"):
            await http.post("https://houses.tasks.invalid/")
    assert (answer.status_code, tasks.hosts) == (204, [url.removeprefix("http://")])


async def test_what_is_scheduled_runs_on_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "_SCHEDULE_SECONDS", 0.01)
    tasks = Tasks()
    tasks.refusals = 1
    towers = GroupEntry("towers", "towers", (), schedules=("bells.oil",))
    async with listening(tasks) as url, httpx.AsyncClient(trust_env=False) as http:
        ticking = asyncio.create_task(run_schedules([towers], {"towers": url}, http))
        async with asyncio.timeout(DEADLINE_SECONDS):
            while len(tasks.bodies) < 3:  # noqa: ASYNC110 - the list is all there is to watch
                await asyncio.sleep(0.01)
        ticking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticking
    assert tasks.bodies[0] == b'{"name":"bells.oil","data":{}}'


def test_every_group_has_the_functions_it_needs(tmp_path: Path) -> None:
    made = functions({"PROFILE": "google"}, folder=tmp_path)
    assert set(made) == {(entry.name, target) for entry in entries() for target in entry.targets}
    assert ("admin", "events") not in made
    assert len({function.url for function in made.values()}) == len(made)
    assert fallback() in {group for group, _ in made}


def test_topics_of_other_services_are_those_of_the_table() -> None:
    assert topics()["document.processing.completed"] == "document-processing"


def test_the_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    first = create_environment(settings)
    assert create_environment(settings) == first
    assert first["JWT_SECRET"] != LOCAL_SECRET
    assert (tmp_path / "data" / "jwt-secret").stat().st_mode & 0o077 == 0


def test_a_secret_that_is_given_is_used(tmp_path: Path) -> None:
    given = Settings.model_validate({"jwt_secret": "x" * 40, "data_dir": tmp_path})
    assert create_environment(given)["JWT_SECRET"] == "x" * 40
    assert not (tmp_path / "jwt-secret").exists()
