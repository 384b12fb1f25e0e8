"""Contract of document databases."""

import random
from datetime import UTC, date, datetime

import pytest

from shared.errors import NotFound
from shared.store import (
    AlreadyExists,
    Increment,
    Meter,
    MissingIndex,
    Query,
    Store,
    use_meter,
)
from tests.shared.store.things import PARTS, THINGS, Thing

REF = THINGS.doc("one", user="u")


async def fill(store: Store, *things: Thing, user: str = "u") -> None:
    for thing in things:
        await store.put(THINGS.doc(thing.id, user=user), thing)


def ids(things: list[Thing]) -> list[str]:
    return [thing.id for thing in things]


def query(user: str = "u") -> Query[Thing]:
    return THINGS.query(user=user)


async def test_a_document_comes_back_as_it_was_stored(store: Store) -> None:
    thing = Thing(
        id="one",
        name="naïve 学 \u0000",
        size=2**53 + 1,
        weight=0.1,
        ready=True,
        on=date(2026, 2, 28),
        at=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        tags=("x", "y"),
        counts={"2026-01-01": 3},
    )
    await store.put(REF, thing)
    assert await store.get(REF) == thing


async def test_what_is_not_there_is_none_and_counts_as_a_read(store: Store) -> None:
    with use_meter(Meter()) as spent:
        assert await store.get_many([REF, THINGS.doc("two", user="u")]) == [None, None]
    assert spent.reads == 2


async def test_get_many_keeps_the_order_asked_for(store: Store) -> None:
    await fill(store, Thing(id="a"), Thing(id="b"))
    found = await store.get_many([THINGS.doc(name, user="u") for name in ("b", "missing", "a")])
    assert [thing and thing.id for thing in found] == ["b", None, "a"]
    assert await store.get_many([]) == []


@pytest.mark.parametrize("name", ["", ".", "..", "__x__", "a/b", "a b", "é", "x" * 201, "\x00"])
async def test_an_impossible_id_is_not_found(name: str) -> None:
    with pytest.raises(NotFound):
        THINGS.doc(name, user="u")
    with pytest.raises(NotFound):
        THINGS.doc("one", user=name)


async def test_create_refuses_what_is_there(store: Store) -> None:
    await store.create(REF, Thing(id="one", name="first"))
    with pytest.raises(AlreadyExists):
        await store.create(REF, Thing(id="one", name="second"))
    assert (await store.get(REF)) == Thing(id="one", name="first")


async def test_merge_touches_only_what_it_names_and_adds_increments(store: Store) -> None:
    await store.merge(REF, {"counts": {"a": Increment(2)}, "name": "new"})
    await store.merge(REF, {"counts": {"a": Increment(-3), "b": Increment(1)}, "size": Increment(5)})
    assert await store.get(REF) == Thing(id="one", name="new", counts={"a": -1, "b": 1}, size=5)


async def test_deleting_twice_is_no_error(store: Store) -> None:
    await store.put(REF, Thing(id="one"))
    await store.delete(REF)
    await store.delete(REF)
    assert await store.get(REF) is None


async def test_equality_ranges_membership_and_arrays(store: Store) -> None:
    await fill(
        store,
        Thing(id="a", size=1, tags=("x",), ready=True, at=datetime(2026, 1, 1, tzinfo=UTC)),
        Thing(id="b", size=2, tags=("x", "y"), at=datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)),
        Thing(id="c", size=3, group="z", on=date(2026, 5, 1)),
    )
    assert ids(await store.find(query().where("size", ">", 1))) == ["b", "c"]
    assert ids(await store.find(query().where("size", ">=", 1).where("size", "<", 3))) == ["a", "b"]
    assert ids(await store.find(query().where("group", "==", "z"))) == ["c"]
    assert ids(await store.find(query().where("group", "in", ["z", "q"]))) == ["c"]
    assert ids(await store.find(query().where("tags", "array_contains", "y"))) == ["b"]
    assert ids(await store.find(query().where("ready", "==", True))) == ["a"]
    assert ids(await store.find(query().where("on", "==", date(2026, 5, 1)))) == ["c"]
    assert ids(await store.find(query().where("at", ">", datetime(2026, 1, 1, tzinfo=UTC)))) == ["b"]
    assert ids(await store.find(query().where("on", "==", None))) == ["a", "b"]


async def test_order_with_ties_broken_by_id_in_the_same_direction(store: Store) -> None:
    await fill(store, *(Thing(id=name, size=1) for name in "cab"), Thing(id="d", size=0))
    assert ids(await store.find(query().order_by("size"))) == ["d", "a", "b", "c"]
    assert ids(await store.find(query().order_by("size", descending=True))) == ["c", "b", "a", "d"]
    assert ids(await store.find(query())) == ["a", "b", "c", "d"]


async def test_null_sorts_before_everything(store: Store) -> None:
    await fill(store, Thing(id="a", size=-5), Thing(id="b", size=None))
    assert ids(await store.find(query().order_by("size"))) == ["b", "a"]


@pytest.mark.parametrize("descending", [False, True])
async def test_cursors_walk_the_whole_result_without_gaps_or_repeats(store: Store, descending: bool) -> None:
    draw = random.Random(7)
    await fill(store, *(Thing(id=f"t{n:02}", size=draw.choice([None, 1, 2, 3])) for n in range(23)))
    ordered = query().order_by("size", descending=descending)
    whole, walked = await store.find(ordered), list[Thing]()
    cursor = None
    while found := await store.find(ordered.after(cursor).limit(4)):
        walked += found
        cursor = ordered.get_cursor(found[-1])
    assert walked == whole
    assert await store.find(ordered.reverse()) == whole[::-1]


async def test_two_orders_in_two_directions(store: Store) -> None:
    await fill(
        store,
        Thing(id="a", size=1, name="x"),
        Thing(id="b", size=1, name="y"),
        Thing(id="c", size=0, name="z"),
    )
    ordered = query().order_by("size").order_by("name", descending=True)
    found = await store.find(ordered)
    assert ids(found) == ["c", "b", "a"]
    assert ids(await store.find(ordered.after(ordered.get_cursor(found[1])))) == ["a"]


async def test_a_query_sees_only_its_own_collection(store: Store) -> None:
    await fill(store, Thing(id="mine"))
    await fill(store, Thing(id="theirs"), user="v")
    await store.put(PARTS.doc("part", user="u", thing="mine"), Thing(id="part"))
    assert ids(await store.find(query())) == ["mine"]


async def test_a_group_query_sees_every_parent(store: Store) -> None:
    await fill(store, Thing(id="a", name="same"))
    await fill(store, Thing(id="b", name="same"), Thing(id="c"), user="v")
    assert sorted(ids(await store.find(THINGS.query_everywhere().where("name", "==", "same")))) == ["a", "b"]


async def test_counting_is_billed_by_the_thousand(store: Store) -> None:
    await fill(store, *(Thing(id=f"t{n}", group="even" if n % 2 == 0 else "odd") for n in range(9)))
    with use_meter(Meter()) as spent:
        assert await store.count(query().where("group", "==", "even")) == 5
        assert await store.count(query().limit(3)) == 3
        assert await store.count(query("nobody")) == 0
    assert spent.reads == 3


@pytest.mark.parametrize(
    "needs_index",
    [
        query().where("ready", "==", True).order_by("size"),
        query().where("size", ">", 1).order_by("weight"),
        query().where("tags", "array_contains", "x").where("group", "==", "a").order_by("weight"),
        query().order_by("name").order_by("size"),
        THINGS.query_everywhere().where("group", "==", "a"),
        query().where("notes", "==", "a"),
        query().where("notes.x", "==", "a").where("group", "==", "a"),
        query().order_by("notes"),
    ],
)
async def test_a_query_without_its_index_is_refused(store: Store, needs_index: Query[Thing]) -> None:
    with pytest.raises(MissingIndex):
        await store.find(needs_index)


async def test_indexes_with_the_same_sort_are_merged_and_read_both_ways(store: Store) -> None:
    await fill(store, Thing(id="a", tags=("x",), size=2), Thing(id="b", tags=("x",), size=1))
    merged = query().where("tags", "array_contains", "x").where("group", "==", "a")
    assert ids(await store.find(merged.order_by("size"))) == ["b", "a"]
    assert ids(await store.find(merged.order_by("size", descending=True))) == ["a", "b"]


async def test_subtree_and_erasure_reach_everything_below_and_nothing_beside(store: Store) -> None:
    await fill(store, Thing(id="a"), Thing(id="ab"))
    await store.put(PARTS.doc("p", user="u", thing="a"), Thing(id="p"))
    await fill(store, Thing(id="x"), user="u2")
    assert [path async for path, _ in store.stream_subtree("users/u/things/a")] == [
        "users/u/things/a",
        "users/u/things/a/parts/p",
    ]
    assert await store.erase("users/u/things/a") == 2
    assert [path async for path, _ in store.stream_subtree("users/u")] == ["users/u/things/ab"]
    assert await store.erase("users/u") == 1
    assert [path async for path, _ in store.stream_subtree("users/u2")] == ["users/u2/things/x"]


async def test_a_document_over_one_mebibyte_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="users/u/things/one"):
        await store.put(REF, Thing(id="one", name="x" * 1_100_000))
    assert await store.get(REF) is None


async def test_it_answers_a_ping(store: Store) -> None:
    await store.ping()
