"""Dead tasks are stored, and brought back by way of the outbox, over both stores."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from infra.replay.__main__ import main
from infra.replay.letters import Replayed, Selection
from infra.replay.stored import replay_stored
from shared.clock import ManualClock, SeededIds, SystemClock
from shared.dead_letters import DEAD_TASKS, bury_task
from shared.messages import TaskEnvelope
from shared.outbox import OUTBOX, Outbox
from shared.queue import Queue
from shared.services import Services
from shared.settings import Settings
from shared.store import Store
from shared.store.firestore import FirestoreBackend

ERASE = TaskEnvelope("t1", "account.erase", "auth", {"user": "ada"})


async def test_a_dead_task_is_stored_once_and_moves_to_the_outbox(
    store: Store, outbox: Outbox, queue: Queue, clock: ManualClock, tmp_path: Path
) -> None:
    for _ in range(2):  # as a last attempt that is delivered twice
        await bury_task(store, ERASE, error=ConnectionError("down"), attempts=20, now=clock.now())
    services = Services(Settings(data_dir=tmp_path), store=store, clock=clock, ids=SeededIds(5))
    (letter,) = (await replay_stored(services, selection=Selection(), dry=True)).left
    assert (letter.name, letter.id, letter.error) == ("account.erase", "t1", "ConnectionError: down")
    assert (await replay_stored(services, selection=Selection())).letters == (letter,)
    assert await store.find(DEAD_TASKS.query()) == []
    assert (await outbox.sweep(store, older_than=timedelta(0))).sent == 1
    (message,) = await queue.list_waiting()
    assert (message.name, message.payload["data"]) == ("account.erase", {"user": "ada"})
    assert message.payload["id"] != "t1", "Cloud Tasks still knows that name"
    assert await replay_stored(services, selection=Selection()) == Replayed()


def test_the_command_brings_back_what_died_in_a_deployment(
    firestore_host: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", firestore_host)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    project = "replay-dead-tasks"

    async def bury(project: str) -> None:
        services = Services(Settings(), _backend=FirestoreBackend(project=project))
        now = SystemClock().now()
        await bury_task(services.store, ERASE, error=ConnectionError("down"), attempts=20, now=now)
        await services.store.aclose()

    async def find_sent(project: str) -> list[str]:
        services = Services(Settings(), _backend=FirestoreBackend(project=project))
        found = [task["name"] for entry in await services.store.find(OUTBOX.query()) for task in entry.tasks]
        await services.store.aclose()
        return found

    asyncio.run(bury(project))
    assert main(["--project", project, "--list"]) == 0
    assert "task account.erase auth t1 ConnectionError: down" in capsys.readouterr().out
    assert main(["--project", project, "--name", "course.purge"]) == 0
    assert asyncio.run(find_sent(project)) == []
    assert main(["--project", project]) == 0
    assert "1 dead letters will be delivered again; 0 stay" in capsys.readouterr().out
    assert asyncio.run(find_sent(project)) == ["account.erase"]
