"""The embedded database alone."""

from datetime import UTC, datetime, timedelta

from shared.store.database import Database
from shared.store.sqlite import SQLiteBackend
from tests.shared.store.things import INDEXES, write


async def test_what_is_past_its_time_is_swept(database: Database) -> None:
    backend = SQLiteBackend(database, INDEXES)
    now = datetime(2026, 3, 2, tzinfo=UTC)
    times = {"old": now - timedelta(microseconds=1), "new": now, "none": None, "text": "2000"}
    await write(backend, *(("put", f"users/u/things/{name}", {"at": at}) for name, at in times.items()))
    assert await backend.expire(now) == 1
    assert [path async for path, _ in backend.stream_subtree("users/u")] == [
        "users/u/things/new",
        "users/u/things/none",
        "users/u/things/text",
    ]
