"""The command that delivers dead letters again; the contracts of events and tasks try it over emulators."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.replay.__main__ import main
from infra.replay.events import find_group
from shared.dead_letters import bury_task
from shared.messages import TaskEnvelope
from shared.outbox import OUTBOX
from shared.queue import MAX_ATTEMPTS, Message
from shared.services import Services
from shared.settings import Settings

NOW = datetime.now(UTC)


async def bury(folder: Path) -> None:
    """Leave two dead events in the queue, and a dead task in the store."""
    services = Services(Settings(data_dir=folder))
    for name, event in (("m", "bell.rang"), ("n", "course.deleted")):
        payload = {"id": name, "time": NOW.isoformat(), "data": {}}
        group = "tower" if name == "m" else "assessments"
        message = Message(f"event:{name}", "event", group, event, payload, NOW, attempts=MAX_ATTEMPTS - 1)
        await services.queue.push([message])
        assert not await services.queue.retry(message, now=NOW, error="closed")
    task = TaskEnvelope("t1", "account.erase", "auth", {"user": "u"})
    await bury_task(services.store, task, error=ConnectionError("down"), attempts=20, now=NOW)
    await services.database.aclose()


async def find_waiting(folder: Path) -> list[str]:
    """Return the ids of messages in the queue and the names of tasks in the outbox."""
    services = Services(Settings(data_dir=folder))
    messages = [message.id for message in await services.queue.list_waiting()]
    tasks = [task["name"] for entry in await services.store.find(OUTBOX.query()) for task in entry.tasks]
    await services.database.aclose()
    return messages + tasks


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    asyncio.run(bury(tmp_path))
    return tmp_path


def test_the_local_dead_letters_wait_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--local"]) == 0
    assert "3 dead letters will be delivered again; 0 stay" in capsys.readouterr().out
    assert sorted(asyncio.run(find_waiting(folder))) == ["account.erase", "event:m", "event:n"]
    assert main(["--local"]) == 0
    assert "0 dead letters" in capsys.readouterr().out


def test_they_are_listed_without_a_change(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--local", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sorted(line.split(maxsplit=2)[2] for line in lines[:3]) == [
        "event bell.rang tower m closed",
        "event course.deleted assessments n closed",
        "task account.erase auth t1 ConnectionError: down",
    ]
    assert lines[3] == "[aksio] 3 dead letters"
    assert asyncio.run(find_waiting(folder)) == []


@pytest.mark.parametrize(
    ("choice", "waiting"),
    [
        (["--name", "account.erase"], ["account.erase"]),
        (["--name", "bell.rang"], ["event:m"]),
        (["--consumer", "assessments.purge_notes"], ["event:n"]),
    ],
)
def test_some_are_chosen_and_the_others_stay(folder: Path, choice: list[str], waiting: list[str]) -> None:
    assert main(["--local", *choice]) == 0
    assert asyncio.run(find_waiting(folder)) == waiting


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--subscription", "s"],
        ["--local", "--project", "p"],
        ["--local", "--subscription", "s"],
        ["--project", "p", "--consumer", "assessments.purge_notes"],
        ["--local", "--consumer", "nobody"],
        ["--local", "--consumer", "assessments.purge_notes", "--name", "course.deleted"],
    ],
)
def test_it_must_be_told_whose_dead_letters(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "error" in capsys.readouterr().err


def test_the_group_is_part_of_the_subscriptions_name() -> None:
    assert find_group("aksio.courses.document.processed", "document.processed") == "courses"
    assert find_group("courses.document.processed", "document.processed") == "courses"
    with pytest.raises(ValueError, match="does not end"):
        find_group("aksio-dead-letters", "document.processed")
