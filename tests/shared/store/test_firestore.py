"""Firestore's adapter alone: its errors, its time limits."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from google.api_core import exceptions as native

from shared.errors import ServiceUnavailable
from shared.store import AlreadyExists, Contention, DocumentTooLarge, MissingIndex
from shared.store.backend import Backend, Reader
from shared.store.firestore import FirestoreBackend
from shared.store.firestore_errors import Conflict, translate_errors
from shared.store.firestore_transaction import Turns
from shared.store.locks import hold_lock
from shared.store.values import Increment, Write
from tests.deadlines import DEADLINE_SECONDS
from tests.shared.store.conftest import Firestores
from tests.shared.store.things import THINGS, write

PATH = "users/u/things/one"


async def read_and_write(backend: Backend) -> None:
    async def work(reader: Reader) -> tuple[None, list[Write]]:
        await reader.get([PATH])
        return None, [Write("put", PATH, {})]

    await backend.transact(work)


@pytest.mark.parametrize(
    "call",
    [
        lambda backend: backend.get([PATH]),
        lambda backend: backend.query(THINGS.query(user="u")),
        lambda backend: backend.count(THINGS.query(user="u")),
        lambda backend: write(backend, ("put", PATH, {})),
        lambda backend: write(backend, ("merge", PATH, {"n": Increment(1)})),
        lambda backend: backend.erase(PATH),
        lambda backend: backend.ping(),
        read_and_write,
    ],
)
async def test_a_service_out_of_reach_is_unavailable_soon(
    call: Callable[[Backend], Awaitable[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:9")
    backend = FirestoreBackend(project="nowhere", timeout_seconds=0.3)
    async with asyncio.timeout(DEADLINE_SECONDS):
        with pytest.raises(ServiceUnavailable):
            await call(backend)
    await backend.aclose()


async def test_a_backend_that_was_never_used_can_be_closed(firestores: Firestores) -> None:
    await firestores().aclose()


async def test_documents_expire_by_a_policy(firestores: Firestores) -> None:
    backend = firestores()
    await write(backend, ("put", PATH, {"at": datetime(2000, 1, 1, tzinfo=UTC)}))
    assert await backend.expire(datetime(2026, 1, 1, tzinfo=UTC)) == 0
    assert await backend.get([PATH, PATH]) == [{"at": datetime(2000, 1, 1, tzinfo=UTC)}] * 2
    assert await backend.get([]) == []


async def test_a_query_that_the_service_refuses_lacks_an_index(firestores: Firestores) -> None:
    with pytest.raises(MissingIndex, match="descending key scans"):
        await firestores(indexes=None).query(THINGS.query(user="u").reverse())


async def test_indexes_are_checked_in_transactions_too(firestores: Firestores) -> None:
    async def work(reader: Reader) -> tuple[None, list[Write]]:
        await reader.query(THINGS.query(user="u").where("ready", "==", True).order_by("size"))
        return None, []

    with pytest.raises(MissingIndex):
        await firestores().transact(work)
    await firestores(indexes=None).transact(work)


async def test_a_turn_that_does_not_come_is_contention() -> None:
    turns = Turns()
    lock = turns.get_lock("a/b")
    assert turns.get_lock("a/b") is lock
    async with hold_lock(lock, asyncio.get_running_loop().time() + 1):
        with pytest.raises(Contention):
            async with hold_lock(lock, asyncio.get_running_loop().time() + 0.05):
                pass
    assert not lock.locked()


def test_a_place_has_turns_as_long_as_somebody_lost_there() -> None:
    turns = Turns()
    assert turns.find_lock("a/b") is None
    lock = turns.get_lock("a/b")
    assert turns.find_lock("a/b") is lock
    del lock
    assert turns.find_lock("a/b") is None


WRITES = [Write("create", "a/b", {}), Write("merge", "a/bc", {}), Write("create", "a/bcd", {})]


@pytest.mark.parametrize(
    ("error", "message", "expected", "text"),
    [
        (native.AlreadyExists, "projects/p/databases/d/documents/a/bcd", AlreadyExists, "a/bcd"),
        (native.AlreadyExists, "somewhere", AlreadyExists, "a/b"),
        (native.InvalidArgument, "'a/bc' is over the maximum allowed size", DocumentTooLarge, "a/bc"),
        (native.InvalidArgument, "anything else", native.InvalidArgument, "anything else"),
        (native.Aborted, "too much contention", Conflict, None),
        (native.FailedPrecondition, "The query requires an index.", MissingIndex, "requires an index"),
        (native.DeadlineExceeded, "late", ServiceUnavailable, None),
        (native.ServiceUnavailable, "down", ServiceUnavailable, None),
        (native.ResourceExhausted, "too much", ServiceUnavailable, None),
        (native.PermissionDenied, "no", native.PermissionDenied, "no"),
    ],
)
def test_errors_of_the_service_are_the_stores(
    error: Callable[[str], Exception], message: str, expected: type[Exception], text: str | None
) -> None:
    with pytest.raises(expected, match=text), translate_errors(WRITES):
        raise error(message)
