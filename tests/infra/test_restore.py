"""Documents of a backup come back into the database in use, on SQLite and over Firestore's emulator."""

import asyncio
import json
import re
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from infra.restore import AUDIT, CLAIMS, MESSAGES, USERS, Report, Restore, find_transient, main
from shared.services import INDEXES_FILE
from shared.store.backend import Backend, Reader, Row
from shared.store.database import Database
from shared.store.firestore import FirestoreBackend
from shared.store.indexes import Indexes
from shared.store.query import Query
from shared.store.sqlite import SQLiteBackend
from shared.store.values import Write
from tests.deadlines import DEADLINE_SECONDS
from tests.emulators import FIRESTORE

ROOT = Path(__file__).parents[2]
INDEXES = Indexes.load(INDEXES_FILE)
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_NUMBERS = count(1)

DOCUMENTS: dict[str, dict[str, Any]] = {
    "users/ada": {"username": "ada", "created_at": NOON},
    "users/ada/flashcards/1": {"front": "one", "tags": ["a"], "due": {"on": NOON, "load": 1.5}},
    "users/ada/flashcards/2": {"front": "two", "hint": None},
    "users/ada/courses/c/sections/s": {"title": "Below"},
    "users/ada/sessions/old": {"expires_at": NOON},
    "users/bob": {"username": "bob"},
    "users/bob/flashcards/3": {"front": "three"},
    "usernames/ada": {"user": "ada"},
    "usernames/bob": {"user": "bob"},
    "outbox/sent": {"events": []},
}


async def write(backend: Backend, *writes: Write) -> None:
    async def work(_: Reader) -> tuple[None, list[Write]]:
        return None, list(writes)

    await backend.transact(work)


async def fill(backend: Backend, documents: Mapping[str, dict[str, Any]] = DOCUMENTS) -> None:
    await write(backend, *(Write("put", path, raw) for path, raw in documents.items()))


async def read(backend: Backend) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for collection in (USERS, *CLAIMS, "outbox"):
        found |= {path: raw async for path, raw in backend.stream_subtree(collection)}
    return found


Backup = Callable[[], Awaitable[Backend]]


class Sides:
    """The database in use, and how an operator gets a backup of it beside it."""

    def __init__(self, used: Backend, backup: Backup) -> None:
        self.used = used
        self.backup = backup

    def restore(self, source: Backend, **options: Any) -> Awaitable[Report]:
        return Restore(source, self.used, find_transient(INDEXES), write=True, **options).run()


@pytest.fixture(scope="session")
def emulator() -> Iterator[str]:
    with FIRESTORE.running() as host:
        yield host


@pytest.fixture
async def opened() -> AsyncIterator[list[Backend]]:
    backends: list[Backend] = []
    yield backends
    for backend in backends:
        await backend.aclose()


@pytest.fixture(params=["sqlite", "firestore"])
def sides(
    request: pytest.FixtureRequest, tmp_path: Path, opened: list[Backend], monkeypatch: pytest.MonkeyPatch
) -> Sides:
    if request.param == "sqlite":
        return _open_sqlite(tmp_path, opened)
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", request.getfixturevalue("emulator"))
    return _open_firestore(request.getfixturevalue("emulator"), tmp_path, opened)


def _open_sqlite(folder: Path, opened: list[Backend]) -> Sides:
    database = Database(folder / "used.sqlite3", durable=False)
    opened.append(SQLiteBackend(database, INDEXES))

    async def backup() -> Backend:
        """Copy the file as docs/operations.md says, while it is in use."""
        copy = folder / "backup.sqlite3"
        await database.run(lambda db: db.execute("VACUUM INTO ?", (str(copy),)))
        opened.append(SQLiteBackend(Database(copy), INDEXES))
        return opened[-1]

    return Sides(opened[0], backup)


def _open_firestore(host: str, folder: Path, opened: list[Backend]) -> Sides:
    """The emulator imports into a project's default database only, so the backup is another project."""
    project = f"restore-{next(_NUMBERS)}"
    opened.append(FirestoreBackend(project=project, indexes=INDEXES))

    def ask(project: str, verb: str, body: dict[str, str]) -> None:
        named = {"database": f"projects/{project}/databases/(default)", **body}
        request = urllib.request.Request(
            f"http://{host}/emulator/v1/projects/{project}:{verb}",
            json.dumps(named).encode(),
            {"Content-Type": "application/json"},
            method="POST",
        )
        with urllib.request.urlopen(request, timeout=DEADLINE_SECONDS) as answer:
            assert answer.status == 200

    async def backup() -> Backend:
        await asyncio.to_thread(
            ask, project, "export", {"export_directory": str(folder), "export_name": "export"}
        )
        metadata = folder / "export" / "export.overall_export_metadata"
        await asyncio.to_thread(ask, f"{project}-copy", "import", {"export_directory": str(metadata)})
        opened.append(FirestoreBackend(project=f"{project}-copy", indexes=INDEXES))
        return opened[-1]

    return Sides(opened[0], backup)


async def test_what_was_deleted_or_changed_comes_back(sides: Sides) -> None:
    await fill(sides.used)
    backup = await sides.backup()
    await write(
        sides.used,
        Write("delete", "users/ada/flashcards/1", {}),
        Write("put", "users/ada/flashcards/2", {"front": "changed", "extra": 1}),
        Write("delete", "users/ada/courses/c/sections/s", {}),
        Write("delete", "usernames/ada", {}),
    )
    report = await sides.restore(backup)
    assert await read(sides.used) == DOCUMENTS
    assert (report.created, report.changed, report.deleted) == (3, 1, 0)
    again = await sides.restore(backup)
    assert (again.created, again.changed, again.same) == (0, 0, report.created + report.changed + report.same)


async def test_queries_use_the_indexes_of_the_database_in_use(sides: Sides) -> None:
    await fill(sides.used)
    backup = await sides.backup()
    await sides.used.erase("users/ada/flashcards")
    await sides.restore(backup)
    found = await sides.used.query(_cards_by_front())
    assert [path for path, _ in found] == ["users/ada/flashcards/1", "users/ada/flashcards/2"]


def _cards_by_front() -> Query[Any]:
    from functions.assessments.flashcards.cards.store import FLASHCARDS

    return FLASHCARDS.query(user="ada").order_by("front")


async def test_work_since_the_backup_stays(sides: Sides) -> None:
    await fill(sides.used)
    backup = await sides.backup()
    since = {"users/ada/flashcards/new": {"front": "new"}, "users/eve": {"username": "eve"}}
    await fill(sides.used, since)
    report = await sides.restore(backup)
    assert await read(sides.used) == DOCUMENTS | since
    assert report.deleted == 0


async def test_an_exact_restore_deletes_what_the_backup_lacks(sides: Sides) -> None:
    await fill(sides.used)
    backup = await sides.backup()
    eve = {"users/eve": {"username": "eve"}}
    await fill(
        sides.used, {"users/ada/flashcards/new": {"front": "new"}, "users/ada/sessions/open": {}, **eve}
    )
    report = await sides.restore(backup, exact=True)
    assert await read(sides.used) == DOCUMENTS | eve | {"users/ada/sessions/open": {}}
    assert report.deleted == 1


async def test_sessions_and_messages_do_not_come_back(sides: Sides) -> None:
    await fill(sides.used)
    backup = await sides.backup()
    await write(sides.used, Write("delete", "users/ada/sessions/old", {}), Write("delete", "outbox/sent", {}))
    report = await sides.restore(backup)
    assert not {"users/ada/sessions/old", "outbox/sent"} & (await read(sides.used)).keys()
    assert report.transient == 1


async def test_who_was_erased_since_stays_erased(sides: Sides) -> None:
    await fill(sides.used)
    backup = await sides.backup()
    await sides.used.erase("users/bob")
    await write(sides.used, Write("delete", "usernames/bob", {}))
    report = await sides.restore(backup)
    assert not [path for path in await read(sides.used) if "bob" in path]
    assert report.erased_users == {"bob"}
    assert "1 users left out" in str(report)


async def test_an_empty_database_gets_everybody_when_told_so(sides: Sides) -> None:
    await fill(sides.used)
    backup = await sides.backup()
    for collection in (USERS, *CLAIMS, "outbox"):
        await sides.used.erase(collection)
    await sides.restore(backup, missing_users=True)
    transient = {"users/ada/sessions/old", "outbox/sent"}
    assert await read(sides.used) == {path: raw for path, raw in DOCUMENTS.items() if path not in transient}


async def test_one_user_is_restored_alone(sides: Sides) -> None:
    await fill(sides.used)
    backup = await sides.backup()
    await write(
        sides.used,
        Write("delete", "users/ada/flashcards/1", {}),
        Write("delete", "users/bob/flashcards/3", {}),
        Write("delete", "usernames/ada", {}),
        Write("delete", "usernames/bob", {}),
    )
    await sides.restore(backup, users=frozenset({"ada"}))
    missing = {"users/bob/flashcards/3", "usernames/bob"}
    assert await read(sides.used) == {path: raw for path, raw in DOCUMENTS.items() if path not in missing}


async def test_many_and_large_documents_go_in_batches(sides: Sides) -> None:
    large = {f"users/ada/notes/{n}": {"text": "x" * 900_000} for n in range(12)}
    small = {f"users/ada/reviews/{n:04}": {"rating": n} for n in range(450)}
    await fill(sides.used)
    for path, raw in large.items():
        await write(sides.used, Write("put", path, raw))
    await fill(sides.used, small)
    backup = await sides.backup()
    await sides.used.erase("users/ada/notes")
    await sides.used.erase("users/ada/reviews")
    report = await sides.restore(backup)
    assert report.created == len(large) + len(small)
    assert await read(sides.used) == DOCUMENTS | large | small


def test_every_collection_of_the_code_is_restored_or_transient() -> None:
    declared = {
        found
        for folder in ("functions", "shared")
        for file in (ROOT / folder).rglob("*.py")
        for found in re.findall(r'\bCollection\(\s*"([^"]+)"', file.read_text("utf-8"))
    }
    roots = {path.split("/")[0] for path in declared}
    assert roots - find_transient(INDEXES) - AUDIT == {USERS, *CLAIMS}
    assert roots >= MESSAGES


class Local:
    """The command on two folders."""

    def __init__(self, folder: Path) -> None:
        self.data, self.backup = folder / "data", folder / "backup"
        self.data.mkdir()
        self.backup.mkdir()

    async def fill(self, folder: Path, documents: Mapping[str, dict[str, Any]]) -> None:
        backend = SQLiteBackend(Database(folder / "store.sqlite3", durable=False), INDEXES)
        await fill(backend, documents)
        await backend.aclose()

    async def read(self) -> dict[str, Any]:
        backend = SQLiteBackend(Database(self.data / "store.sqlite3"), INDEXES)
        found = await read(backend)
        await backend.aclose()
        return found


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Local:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    return Local(tmp_path)


def test_the_command_counts_first_and_writes_when_told_to(
    local: Local, capsys: pytest.CaptureFixture[str]
) -> None:
    ada: dict[str, dict[str, Any]] = {"users/ada": {"username": "ada"}}
    asyncio.run(local.fill(local.data, ada))
    asyncio.run(local.fill(local.backup, DOCUMENTS))
    arguments = ["--local", "--from", str(local.backup), "--user", "ada"]
    assert main(arguments) == 0
    assert "to write: 4 created, 1 changed" in capsys.readouterr().out
    assert asyncio.run(local.read()) == ada
    assert main([*arguments, "--write"]) == 0
    assert "written: 4 created, 1 changed" in capsys.readouterr().out
    assert len(asyncio.run(local.read())) == 5


def test_the_command_says_why_nothing_was_restored(local: Local, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--local", "--from", str(local.backup)]) == 1
    assert "store.sqlite3 does not exist" in capsys.readouterr().err
    asyncio.run(local.fill(local.data, DOCUMENTS))
    asyncio.run(local.fill(local.backup, DOCUMENTS))
    assert main(["--local", "--from", str(local.backup), "--user", "nobody"]) == 1
    assert "has no user nobody" in capsys.readouterr().err


def test_the_command_restores_from_another_firestore_database(
    emulator: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", emulator)
    project = f"restore-{next(_NUMBERS)}"

    async def prepare() -> None:
        for name, documents in (("(default)", {"users/ada": {"username": "ada"}}), ("backup", DOCUMENTS)):
            backend = FirestoreBackend(project=project, database=name)
            await fill(backend, documents)
            await backend.aclose()

    async def count_documents() -> int:
        backend = FirestoreBackend(project=project)
        rows: list[Row] = [row async for row in backend.stream_subtree(USERS)]
        await backend.aclose()
        return len(rows)

    asyncio.run(prepare())
    assert main(["--from", "backup", "--project", project, "--write"]) == 0
    assert "1 users left out" in capsys.readouterr().out
    assert asyncio.run(count_documents()) == 4
