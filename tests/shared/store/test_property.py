"""The embedded store against a plain model of Firestore's order, by random queries."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from shared.store.database import Database
from shared.store.indexes import Indexes
from shared.store.query import Query
from shared.store.sqlite import SQLiteBackend
from shared.store.values import Write
from tests.shared.store.things import THINGS, Thing

VALUES = st.one_of(st.none(), st.integers(-3, 3))
ROWS = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), VALUES, max_size=12)


def sort_key(item: tuple[str, int | None]) -> tuple[bool, int, str]:
    name, value = item
    return (value is not None, value or 0, name)


@given(rows=ROWS, descending=st.booleans(), size=st.integers(1, 5))
async def test_pages_are_slices_of_the_sorted_whole(
    rows: dict[str, int | None], descending: bool, size: int
) -> None:
    with TemporaryDirectory() as folder:
        backend = SQLiteBackend(Database(Path(folder) / "s.sqlite3"), Indexes())
        writes = [Write("put", f"users/u/things/{name}", {"size": value}) for name, value in rows.items()]

        async def work(_: object) -> tuple[None, list[Write]]:
            return None, writes

        await backend.transact(work)
        expected = [name for name, _ in sorted(rows.items(), key=sort_key, reverse=descending)]
        query: Query[Thing] = THINGS.query(user="u").order_by("size", descending=descending).limit(size)
        walked: list[str] = []
        cursor = None
        while found := await backend.query(query.after(cursor)):
            things = [Thing(id=path.rsplit("/", 1)[1], size=raw["size"]) for path, raw in found]
            walked += [thing.id for thing in things]
            cursor = query.cursor_of(things[-1])
        await backend.aclose()
    assert walked == expected
