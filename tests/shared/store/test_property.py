"""Every store against a plain model of Firestore's order, by random queries."""

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from shared.store.backend import Backend
from shared.store.query import Query
from tests.shared.store.things import THINGS, Thing, write

VALUES = st.one_of(st.none(), st.integers(-3, 3))
ROWS = st.dictionaries(st.text("abcdef-.+", min_size=1, max_size=3), VALUES, max_size=12)
_USERS = count(1)


def sort_key(item: tuple[str, int | None]) -> tuple[bool, int, str]:
    name, value = item
    return (value is not None, value or 0, name)


@given(rows=ROWS, descending=st.booleans(), size=st.integers(1, 5))
async def test_pages_are_slices_of_the_sorted_whole(
    backend: Backend, rows: dict[str, int | None], descending: bool, size: int
) -> None:
    rows = {name: value for name, value in rows.items() if name not in (".", "..")}
    user = f"u{next(_USERS)}"
    await write(
        backend, *(("put", THINGS.doc(name, user=user).path, {"size": v}) for name, v in rows.items())
    )
    expected = [name for name, _ in sorted(rows.items(), key=sort_key, reverse=descending)]
    query: Query[Thing] = THINGS.query(user=user).order_by("size", descending=descending).limit(size)
    walked: list[str] = []
    cursor = None
    while found := await backend.query(query.after(cursor)):
        things = [Thing(id=path.rsplit("/", 1)[1], size=raw["size"]) for path, raw in found]
        walked += [thing.id for thing in things]
        cursor = query.get_cursor(things[-1])
    assert walked == expected
