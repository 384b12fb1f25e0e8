"""Upgrading at rest: what older versions stored, in today's form."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from infra.upgrade import list_upgraded_kinds, main, upgrade
from shared.services import Services
from shared.settings import Settings
from shared.store import Store
from shared.store.backend import Backend
from tests.shared.store.test_versions import NEW_BOXES
from tests.shared.store.things import write

COLLECTIONS = (NEW_BOXES,)
OLD = {"name": "box", "size": 4, "color": "red"}
SECOND = {"title": "box", "size": 4, "color": "red", "schema_version": 2}
NEW = {"title": "box", "size": 40, "color": "red", "schema_version": 3}


def path(user: str, name: str) -> str:
    return NEW_BOXES.doc(name, user=user).path


async def read_all(backend: Backend) -> dict[str, Any]:
    return dict(await backend.page_group("things", after=None, size=100))


@pytest.fixture
async def boxes(backend: Backend) -> None:
    rows = {path("u", "a"): OLD, path("u", "b"): NEW, path("v", "a"): SECOND, path("v", "b"): OLD}
    await write(backend, *(("put", where, fields) for where, fields in rows.items()))


@pytest.mark.usefixtures("boxes")
async def test_every_older_document_is_saved_in_todays_form(store: Store, backend: Backend) -> None:
    done = await upgrade(store, "things", size=3, collections=COLLECTIONS)
    assert (done.seen, done.upgraded, done.unreadable) == (4, 3, 0)
    assert list((await read_all(backend)).values()) == [NEW] * 4


@pytest.mark.usefixtures("boxes")
async def test_a_second_run_has_nothing_to_do(store: Store, backend: Backend) -> None:
    await upgrade(store, "things", collections=COLLECTIONS)
    before = await read_all(backend)
    done = await upgrade(store, "things", collections=COLLECTIONS)
    assert (done.seen, done.upgraded) == (4, 0)
    assert await read_all(backend) == before


@pytest.mark.usefixtures("boxes")
async def test_a_run_goes_on_after_a_path(store: Store, backend: Backend) -> None:
    done = await upgrade(store, "things", after=path("u", "b"), collections=COLLECTIONS)
    assert (done.seen, done.upgraded, done.last) == (2, 2, path("v", "b"))
    assert (await read_all(backend))[path("u", "a")] == OLD


@pytest.mark.usefixtures("boxes")
async def test_what_cannot_be_upgraded_is_counted_and_left(store: Store, backend: Backend) -> None:
    broken = {"size": "no name"}
    await write(backend, ("put", path("u", "aa"), broken))
    done = await upgrade(store, "things", collections=COLLECTIONS)
    assert (done.upgraded, done.unreadable) == (3, 1)
    assert (await read_all(backend))[path("u", "aa")] == broken


@pytest.mark.usefixtures("boxes")
async def test_documents_that_no_model_owns_are_left(store: Store, backend: Backend) -> None:
    before = await read_all(backend)
    done = await upgrade(store, "things")
    assert (done.seen, done.upgraded) == (4, 0)
    assert await read_all(backend) == before


def test_the_command_upgrades_the_local_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))

    async def fill() -> None:
        services = Services(Settings())
        await write(services.store.backend, ("put", "usernames/one", {"user": "u"}))
        await services.store.aclose()

    asyncio.run(fill())
    assert main(["--local", "usernames"]) == 0
    assert "usernames: 0 of 1 upgraded, to usernames/one" in capsys.readouterr().out
    assert main(["--local", *list_upgraded_kinds()]) == 0


def test_the_command_asks_for_one_collection_to_go_on_in() -> None:
    with pytest.raises(SystemExit):
        main(["--local", "--after", "usernames/one"])
