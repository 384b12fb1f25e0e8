"""Results and order of queries, over every document database."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from shared.store.backend import Backend
from shared.store.indexes import Index, Indexes
from shared.store.query import Cursor, Op, Order, Query
from shared.store.sqlite_codec import decode, encode
from shared.store.values import MissingIndex
from tests.shared.store.things import PARTS, THINGS, Thing, write

AT = datetime(2026, 1, 1, tzinfo=UTC)
# By type, then by value: strings by their UTF-8 bytes, whole numbers and others together.
IN_ORDER: dict[str, Any] = {
    "null": None,
    "no": False,
    "yes": True,
    "least": -(2**63),
    "minus": -1,
    "half-less": -0.5,
    "zero": 0,
    "half": 0.5,
    "one": 1,
    "one-point": 1.0,
    "big": 2**53,
    "bigger": 2**53 + 1,
    "then": AT,
    "later": AT + timedelta(microseconds=1),
    "digits": "2026-01-01T00:00:00.000000Z",
    "upper": "Z",
    "lower": "a",
    "latin": "é",
    "wide": "\uffef",
    "astral": "𝄞",
}
MAPS = {"list": [1, "x", True, None, AT], "floats": [1.0], "map": {"a": 1}, "text": '{"a":1}', "texts": "[1]"}


def things() -> Query[Thing]:
    return THINGS.query(user="u")


async def fill(backend: Backend, rows: dict[str, dict[str, Any]], parent: str = "users/u/things") -> None:
    await write(backend, *(("put", f"{parent}/{name}", fields) for name, fields in rows.items()))


async def ids(backend: Backend, query: Query[Thing]) -> list[str]:
    return [path.rsplit("/", 1)[1] for path, _ in await backend.query(query)]


@pytest.mark.parametrize("descending", [False, True])
async def test_values_of_all_types_have_one_order(backend: Backend, descending: bool) -> None:
    await fill(backend, {name: {"v": value} for name, value in IN_ORDER.items()} | {"missing": {"w": 1}})
    ordered = things().order_by("v", descending=descending)
    expected = list(IN_ORDER)[::-1] if descending else list(IN_ORDER)
    assert await ids(backend, ordered) == expected
    assert await ids(backend, ordered.reverse()) == expected[::-1]
    walked = list[str]()
    page = ordered.limit(3)
    while found := await ids(backend, page):
        walked += found
        page = page.after(Cursor((IN_ORDER[found[-1]],), found[-1]))
    assert walked == expected
    assert await backend.count(ordered) == len(expected)


FOUND: Sequence[tuple[Op, Any, str]] = [
    ("==", None, "null"),
    ("==", True, "yes"),
    ("==", 1, "one one-point"),
    ("==", 1.0, "one one-point"),
    ("==", 0, "zero"),
    ("==", -0.0, "zero"),
    ("==", 2**53, "big"),
    ("==", float(2**53), "big"),
    ("==", 2**53 + 1, "bigger"),
    ("==", AT, "then"),
    ("==", AT.astimezone(timezone(timedelta(hours=-8))), "then"),
    ("==", "2026-01-01T00:00:00.000000Z", "digits"),
    ("==", '{"a":1}', "text"),
    ("==", "[1]", "texts"),
    ("<", True, "no"),
    ("<=", True, "no yes"),
    (">", False, "yes"),
    (">=", False, "no yes"),
    (">", 1, "big bigger"),
    (">=", 1, "one one-point big bigger"),
    ("<", 0, "least minus half-less"),
    ("<", 2**53 + 1, "least minus half-less zero half one one-point big"),
    (">", AT, "later"),
    (">=", AT, "then later"),
    ("<=", AT, "then"),
    (">", "a", "text latin wide astral"),
    ("<", "Z", "digits"),
    ("<=", "[1]", "digits upper texts"),
    (">=", "\uffef", "wide astral"),
    ("in", [None, True, 1], "one one-point yes"),
    ("in", ["a", "a", "é", AT, "nothing"], "latin lower then"),
    ("in", list(range(30)), "one one-point zero"),
    ("in", ["[1]", '{"a":1}'], "text texts"),
    ("array_contains", 1, "floats list"),
    ("array_contains", 1.0, "floats list"),
    ("array_contains", True, "list"),
    ("array_contains", False, ""),
    ("array_contains", "x", "list"),
    ("array_contains", AT, "list"),
    ("array_contains", "1", ""),
]


async def test_filters_find_values_of_their_own_type(backend: Backend) -> None:
    everything = {**IN_ORDER, **MAPS}
    await fill(backend, {name: {"v": value} for name, value in everything.items()} | {"missing": {"w": 1}})
    found = [" ".join(await ids(backend, things().where("v", op, value))) for op, value, _ in FOUND]
    assert list(zip(FOUND, found, strict=True)) == [(case, case[2]) for case in FOUND]


async def test_a_document_without_the_field_is_not_in_its_order(backend: Backend) -> None:
    await fill(backend, {"a": {"size": 2}, "b": {"group": "a"}, "c": {"size": None}, "e": {}})
    await write(backend, ("merge", "users/u/things/d", {"counts": {"x": 1}}))
    assert await ids(backend, things()) == ["a", "b", "c", "d", "e"]
    assert await ids(backend, things().order_by("size")) == ["c", "a"]
    assert await ids(backend, things().order_by("counts.x")) == ["d"]
    assert await backend.count(things().order_by("size", descending=True)) == 2


async def test_three_orders_in_mixed_directions_with_cursors_in_ties(backend: Backend) -> None:
    rows = {
        f"t{g}{s}{n}{k}": {"group": g, "size": s, "name": n}
        for g in "ab"
        for s in (1, 2)
        for n in "xy"
        for k in "12"
    }
    await fill(backend, rows)
    ordered = things().order_by("group").order_by("size", descending=True).order_by("name")
    whole = await ids(backend, ordered)
    assert whole == sorted(rows, key=lambda name: (name[1], -int(name[2]), name[3], name[4]))
    for position, name in enumerate(whole):
        row = rows[name]
        cursor = Cursor((row["group"], row["size"], row["name"]), name)
        assert await ids(backend, ordered.after(cursor)) == whole[position + 1 :]
        assert await ids(backend, ordered.reverse().after(cursor)) == whole[:position][::-1]


async def test_ranges_of_two_fields_sort_by_both(backend: Backend) -> None:
    await fill(
        backend,
        {
            "a": {"size": 2, "weight": 9},
            "b": {"size": 2, "weight": 1},
            "c": {"size": 1, "weight": 5},
            "d": {"size": 0, "weight": 5},
        },
    )
    both = things().where("weight", ">", 0).where("size", ">", 0)
    assert await ids(backend, both) == ["c", "b", "a"]
    assert await ids(backend, both.after(Cursor((2, 1), "b"))) == ["a"]
    assert await ids(backend, both.order_by("size", descending=True)) == ["a", "b", "c"]
    assert await ids(backend, both.reverse()) == ["a", "b", "c"]


async def test_an_order_may_come_before_the_ranges_of_other_fields(backend: Backend) -> None:
    rows = {
        "a": {"group": "a", "name": "z", "size": 2, "weight": 9},
        "b": {"group": "a", "name": "y", "size": 3, "weight": 9},
        "c": {"group": "a", "name": "x", "size": 1, "weight": 1},
        "d": {"group": "a", "name": "w", "size": 0, "weight": 5},
        "e": {"group": "b", "name": "v", "size": 0, "weight": 5},
    }
    await fill(backend, rows)
    asked = things().where("group", "==", "a").where("size", "<=", 2).where("weight", ">", 1)
    query = asked.order_by("name")
    assert await ids(backend, query) == ["d", "a"]
    assert await ids(backend, query.limit(1).after(Cursor(("w", 0, 5), "d"))) == ["a"]


async def test_a_field_with_an_odd_name_can_be_asked_for(backend: Backend) -> None:
    await fill(backend, {"a": {"counts": {"2026-01-01": 2}}, "b": {"counts": {"2026-01-01": 1}}})
    assert await ids(backend, things().order_by("counts.2026-01-01")) == ["b", "a"]
    assert await ids(backend, things().where("counts.2026-01-01", "==", 2)) == ["a"]


async def test_a_group_is_in_the_order_of_whole_names(backend: Backend) -> None:
    for user in ("v", "u", "u-1", "u.2"):
        await fill(backend, {"x": {"name": "same"}, "b": {"name": "same"}}, f"users/{user}/things")
    await fill(backend, {"y": {"name": "same"}}, "users/u/things/x/things")
    found = await backend.query(THINGS.query_everywhere().where("name", "==", "same").limit(5))
    assert [path.removeprefix("users/") for path, _ in found] == [
        "u/things/b",
        "u/things/x",
        "u/things/x/things/y",
        "u-1/things/b",
        "u-1/things/x",
    ]


async def test_everything_below_a_missing_document_is_found_and_erased(backend: Backend) -> None:
    deep = "users/gone/things/t/parts/p/more/m/still/s"
    many = [f"users/gone/things/n{n:04}" for n in range(1100)]
    beside = ["users/gone-too/things/t", "users/gone2/things/t"]
    await write(backend, *(("put", path, {"v": 1}) for path in [deep, *beside, *many[:600]]))
    await write(backend, *(("put", path, {"v": 1}) for path in many[600:]))
    assert sorted([path async for path, _ in backend.stream_subtree("users/gone")]) == sorted([deep, *many])
    assert [path async for path, _ in backend.stream_subtree("users/gone/things/t/parts")] == [deep]
    assert await backend.erase("users/gone/things/t/parts") == 1
    assert await backend.erase("users/gone") == 1100
    assert await backend.erase("users/gone") == 0
    assert await backend.get(beside) == [{"v": 1}, {"v": 1}]


async def test_names_are_read_in_ascending_order_only(backend: Backend) -> None:
    with pytest.raises(MissingIndex):
        await backend.query(things().reverse())


@pytest.mark.parametrize(
    ("op", "value"),
    [
        (">", None),
        ("<=", None),
        ("array_contains", None),
        ("==", {"a": 1}),
        ("==", [1]),
        ("in", [[1]]),
        ("in", []),
        ("in", list(range(31))),
    ],
)
def test_a_filter_that_firestore_refuses_cannot_be_made(op: Op, value: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        things().where("v", op, value)


def test_alternatives_multiply_up_to_thirty() -> None:
    query = things().where("group", "in", ["a", "b"]).where("size", "in", list(range(15)))
    with pytest.raises(ValueError, match="30 combinations"):
        query.where("name", "in", ["x", "y"])


def test_a_group_has_no_cursor() -> None:
    with pytest.raises(ValueError, match="no cursor"):
        PARTS.query_everywhere().after(Cursor((), "x"))


def test_an_order_is_completed_by_the_fields_of_ranges() -> None:
    query = things().where("b", ">", 1).where("a", "<", 1)
    assert query.sort_fields == (Order("a"), Order("b"))
    assert query.order_by("c", descending=True).sort_fields == (
        Order("c", True),
        Order("a", True),
        Order("b", True),
    )


def test_indexes_are_those_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "indexes.json"
    everywhere = {"queryScope": "COLLECTION_GROUP", "order": "ASCENDING"}
    here = {"queryScope": "COLLECTION", "order": "ASCENDING"}
    fields = [{"fieldPath": "a", "order": "ASCENDING"}, {"fieldPath": "t", "arrayConfig": "CONTAINS"}]
    declared = {
        "indexes": [{"collectionGroup": "things", "queryScope": "COLLECTION", "fields": fields}],
        "fieldOverrides": [
            {"collectionGroup": "things", "fieldPath": "at", "ttl": True, "indexes": []},
            {"collectionGroup": "things", "fieldPath": "name", "indexes": [everywhere]},
            {"collectionGroup": "things", "fieldPath": "size", "indexes": [everywhere, here]},
        ],
    }
    file.write_text(json.dumps(declared), "utf-8")
    assert Indexes.load(file) == Indexes(
        composite=(Index("things", (("a", "ASCENDING"), ("t", "CONTAINS"))),),
        group_fields=frozenset({("things", "name"), ("things", "size")}),
        ttl=(("things", "at"),),
        exempt=frozenset({("things", "at"), ("things", "name")}),
        indexed=frozenset({("things", "size")}),
    )


def test_the_nearest_override_decides_whether_a_field_can_be_asked_for() -> None:
    asked = THINGS.query(user="u")
    kind = asked.kind
    indexes = Indexes(exempt=frozenset({(kind, "a")}), indexed=frozenset({(kind, "a.b")}))
    indexes.check(asked.where("a.b", "==", 1))
    indexes.check(asked.where("a.b.c", "==", 1))
    for field in ("a", "a.c"):
        with pytest.raises(MissingIndex):
            indexes.check(asked.where(field, "==", 1))


def test_embedded_text_is_read_back_whatever_it_holds() -> None:
    fields = {"\x01": "\x01", "a": ["\x01\x01a", AT, "\\u0001", "\x012026-01-01T00:00:00.000000Z"]}
    assert decode(encode(fields)) == fields
