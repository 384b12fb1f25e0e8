"""Values as every document database keeps, adds up and refuses them."""

import math
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from shared.store import DocumentTooLarge, Increment, Minimum, Store
from shared.store.backend import Backend
from shared.store.values import DOCUMENT_LIMIT_BYTES, Raw, measure_document, to_stored
from tests.shared.store.things import THINGS, write

REF = THINGS.doc("one", user="u")
AT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


async def stored(backend: Backend, *changes: dict[str, Any]) -> Raw | None:
    """The document after the first is put and the others are merged."""
    await write(backend, ("put", REF.path, changes[0]), *(("merge", REF.path, item) for item in changes[1:]))
    return (await backend.get([REF.path]))[0]


@pytest.mark.parametrize(
    "fields",
    [
        {
            "null": None,
            "yes": True,
            "no": False,
            "text": "",
            "mark": "\x01x",
            "marks": "\x01\x01",
            "nul": "a\0b",
        },
        {"most": 2**63 - 1, "least": -(2**63), "small": 5e-324, "large": 1.7976931348623157e308},
        {"maps": [{"at": AT, "in": [], "of": {}}, {"a": [{"b": None}]}], "texts": ["é", "𝄞"]},
        {"a.b": 1, "a`b": 2, "a\\b": 3, "a b": 4, "é": {"0": 5, "*": 6}},
    ],
)
async def test_a_value_comes_back_as_it_was(backend: Backend, fields: Raw) -> None:
    assert await stored(backend, fields) == fields
    assert await stored(backend, {}, fields) == fields


async def test_an_integer_stays_one_and_a_float_too(backend: Backend) -> None:
    found = await stored(backend, {"int": 1, "float": 1.0, "yes": True})
    assert found is not None
    assert [type(found[name]) for name in ("int", "float", "yes")] == [int, float, bool]


async def test_an_instant_comes_back_to_the_microsecond_in_utc(backend: Backend) -> None:
    east = AT.astimezone(timezone(timedelta(hours=5, minutes=45)))
    for value in (AT, east, AT.replace(microsecond=0), AT.replace(year=1), AT.replace(year=9999)):
        found = await stored(backend, to_stored({"at": value}))
        assert found is not None
        assert found["at"] == value
        assert (type(found["at"]), found["at"].tzinfo) == (datetime, UTC)


async def test_a_merge_goes_into_maps_and_an_empty_one_replaces(backend: Backend) -> None:
    assert await stored(backend, {"m": {"a": 1, "b": {"c": 2}}, "s": "x"}, {"m": {"b": {"d": 3}}}) == {
        "m": {"a": 1, "b": {"c": 2, "d": 3}},
        "s": "x",
    }
    assert await stored(backend, {"s": "x"}, {"s": {"deep": {"er": 1}}}) == {"s": {"deep": {"er": 1}}}
    assert await stored(backend, {"m": {"a": 1}, "l": [1]}, {"m": {}, "l": [{"b": 2}]}) == {
        "m": {},
        "l": [{"b": 2}],
    }
    assert await stored(backend, {"m": {"a": {"x": 1}, "b": 1}}, {"m": {"a": {}}}) == {"m": {"a": {}, "b": 1}}


async def test_a_merge_of_nothing_makes_an_empty_document(backend: Backend) -> None:
    await write(backend, ("merge", REF.path, {}))
    assert await backend.get([REF.path]) == [{}]


async def test_an_increment_of_what_is_no_number_starts_from_zero(backend: Backend) -> None:
    before = {"text": "x", "null": None, "yes": True, "map": {"a": 1}, "list": [1]}
    found = await stored(backend, before, dict.fromkeys((*before, "missing"), Increment(2)))
    assert found == dict.fromkeys((*before, "missing"), 2)


async def test_increments_keep_whole_numbers_whole_and_within_64_bits(backend: Backend) -> None:
    found = await stored(
        backend,
        {"a": 1, "b": 1, "c": 0.5, "most": 2**63 - 2, "least": -(2**63)},
        {
            "a": Increment(1),
            "b": Increment(0.5),
            "c": Increment(1),
            "most": Increment(5),
            "least": Increment(-1),
        },
    )
    assert found == {"a": 2, "b": 1.5, "c": 1.5, "most": 2**63 - 1, "least": -(2**63)}
    assert isinstance(found["a"], int)


async def test_a_minimum_lowers_a_number_and_replaces_what_is_none(backend: Backend) -> None:
    before = {"above": 9, "below": 1, "text": "x", "yes": True, "map": {"a": 9, "b": 1}}
    lowered = {name: Minimum(5) for name in ("above", "below", "text", "yes", "missing")}
    found = await stored(backend, before, lowered | {"map": {"a": Minimum(5), "b": Minimum(5)}})
    assert found == {"above": 5, "below": 1, "text": 5, "yes": 5, "missing": 5, "map": {"a": 5, "b": 1}}


async def test_an_increment_may_stand_in_a_new_document(backend: Backend) -> None:
    assert await stored(backend, {"n": Increment(3), "m": {"a": Increment(1)}}) == {"n": 3, "m": {"a": 1}}
    await write(backend, ("create", f"{REF.path}2", {"n": Increment(3)}))
    assert await backend.get([f"{REF.path}2"]) == [{"n": 3}]


async def test_writes_to_one_document_follow_each_other(backend: Backend) -> None:
    await write(
        backend,
        ("create", REF.path, {"a": 1}),
        ("merge", REF.path, {"n": Increment(2), "b": {"x": 1}}),
        ("merge", REF.path, {"n": Increment(2), "b": {"y": 1}}),
    )
    assert await backend.get([REF.path]) == [{"a": 1, "n": 4, "b": {"x": 1, "y": 1}}]


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        2**63,
        -(2**63) - 1,
        Increment(math.nan),
        Increment(2**63),
        {"": 1},
        {"__reserved__": 1},
        {"k" * 1501: 1},
        {"é" * 751: 1},
        [[1]],
        [{"a": [(1,)]}],
        "\ud800",
    ],
    ids=lambda value: repr(value)[:20],
)
async def test_what_firestore_cannot_hold_is_refused_by_all(store: Store, value: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        await store.merge(REF, {"v": value})
    assert await store.backend.get([REF.path]) == [None]


@pytest.mark.parametrize("value", [b"x", Decimal(1), timedelta(1), [Increment(1)], [Minimum(1)], object()])
async def test_what_has_no_stored_form_is_refused_by_all(store: Store, value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be stored"):
        await store.merge(REF, {"v": value})


def test_values_nest_as_deep_as_firestore_takes_them() -> None:
    value: Any = 1
    for _ in range(20):
        value = {"m": value}
    assert to_stored(value) == value
    with pytest.raises(ValueError, match="deeper"):
        to_stored({"m": value})


@pytest.mark.parametrize("rest", [{}, {"m": {"l": [{"é": 1.5}, None, True, AT], "k": 7}, "n": None}])
async def test_a_document_is_as_large_as_firestore_counts_it(backend: Backend, rest: Raw) -> None:
    fields = {"a": "x" * 500_000, "b": "", **rest}
    fields["b"] = "é" + "x" * (DOCUMENT_LIMIT_BYTES - measure_document(REF.path, fields) - 2)
    await write(backend, ("put", REF.path, fields))
    with pytest.raises(DocumentTooLarge, match=REF.path):
        await write(backend, ("put", REF.path, {**fields, "b": fields["b"] + "x"}))
    with pytest.raises(DocumentTooLarge, match=REF.path):
        await write(backend, ("put", f"{REF.path}2", {}), ("merge", REF.path, {"c": None}))
    assert await backend.get([REF.path, f"{REF.path}2"]) == [fields, None]
