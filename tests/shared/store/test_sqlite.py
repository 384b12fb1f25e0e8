"""The embedded database alone."""

from datetime import UTC, datetime, timedelta

from shared.store import Query
from shared.store.database import Database
from shared.store.indexes import Index, Indexes
from shared.store.sqlite import SQLiteBackend
from tests.shared.store.things import INDEXES, Thing, write

_SORTED_FIELDS = (("kind", "begins"), ("kind", "at", "begins", "ends"))


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


async def test_a_page_costs_as_much_among_many_documents(database: Database) -> None:
    """SQLite would rather sort all documents of an index by one of several ranges."""
    indexes = Indexes(
        composite=tuple(
            Index("things", tuple((name, "ASCENDING") for name in names)) for names in _SORTED_FIELDS
        )
    )
    backend, steps = SQLiteBackend(database, indexes), 0

    def count_step() -> int:
        nonlocal steps
        steps += 1
        return 0

    spent = []
    for user, number in (("few", 40), ("many", 1000)):
        path, fields = f"users/{user}/things", {"kind": "a", "begins": 0, "ends": 9}
        await write(backend, *(("put", f"{path}/{n}", {**fields, "at": n}) for n in range(number)))
        query = Query(collection=path, model=Thing).where("kind", "==", "a")
        query = query.where("begins", "<=", 5)
        assert len(await backend.query(query.order_by("begins").limit(20))) == 20  # has an index, too
        query = query.where("ends", ">", 5).order_by("at").limit(20)
        assert [path.rpartition("/")[2] for path, _ in await backend.query(query)] == [*map(str, range(20))]
        steps = 0
        await database.run(lambda db: db.set_progress_handler(count_step, 10))
        await backend.query(query)
        await database.run(lambda db: db.set_progress_handler(None, 0))
        spent.append(steps)
    assert 0 < spent[1] < 1.5 * spent[0]
