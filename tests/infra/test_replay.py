"""The command that delivers dead letters again; over Pub/Sub it is tried with the contract of events."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.replay import main
from shared.queue import MAX_ATTEMPTS, Message, Queue
from shared.store.database import Database

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


async def bury(folder: Path) -> None:
    database = Database(folder / "store.sqlite3")
    queue = Queue(database)
    message = Message("m", "event", "tower", "bell.rang", {}, NOW, attempts=MAX_ATTEMPTS - 1)
    await queue.push([message])
    assert not await queue.retry(message, now=NOW, error="closed")
    await database.aclose()


async def waiting(folder: Path) -> list[str]:
    database = Database(folder / "store.sqlite3")
    found = await Queue(database).list_waiting()
    await database.aclose()
    return [message.id for message in found]


def test_the_local_dead_letters_wait_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    asyncio.run(bury(tmp_path))
    assert main(["--local"]) == 0
    assert "1 dead letters" in capsys.readouterr().out
    assert asyncio.run(waiting(tmp_path)) == ["m"]
    assert main(["--local"]) == 0
    assert "0 dead letters" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [[], ["--project", "p"], ["--subscription", "s"], ["--local", "--project", "p", "--subscription", "s"]],
)
def test_it_must_be_told_whose_dead_letters(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "--local" in capsys.readouterr().err
