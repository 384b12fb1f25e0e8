"""Saves by mask against what whole writes would have made of the document, in any order of operations."""

from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.store import Increment, Store, Transaction
from shared.store.backend import Backend
from tests.shared.store.things import THINGS, Thing, write

UNKNOWN = {"unknown": {"kept": [1]}}
NEW = Thing(id="one")
_NUMBERS = count(1)

changes = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["", "a", "b"]),
        "size": st.sampled_from([None, 0, 1]),
        "ready": st.booleans(),
        "tags": st.sampled_from([(), ("x",), ("x", "y")]),
        "counts": st.dictionaries(st.sampled_from(["a", "b.c"]), st.integers(0, 2), max_size=2),
    },
)
operations = st.lists(
    st.one_of(
        st.tuples(st.just("get"), st.none()),
        st.tuples(st.just("put"), changes),
        st.tuples(
            st.just("merge"), st.fixed_dictionaries({"weight": st.integers(1, 3), "name": st.just("m")})
        ),
        st.tuples(st.just("delete"), st.none()),
    ),
    max_size=6,
)


def to_fields(thing: Thing) -> dict[str, Any]:
    return {**thing.model_dump(exclude={"id"}), "tags": list(thing.tags)}


def expect_result(before: dict[str, Any] | None, done: list[tuple[str, Any]]) -> dict[str, Any] | None:
    """Return the document as whole writes would leave it, its unknown fields kept."""
    result = before
    for kind, value in done:
        if kind == "put":
            unknown = {name: UNKNOWN[name] for name in UNKNOWN if result and name in result}
            result = {**to_fields(NEW.model_copy(update=value)), **unknown}
        elif kind == "merge":
            result = dict(result or {})
            result["weight"] = result.get("weight", 0) + value["weight"]
            result["name"] = value["name"]
        elif kind == "delete":
            result = None
    return result


@settings(max_examples=60)
@given(stored=st.none() | changes, steps=operations)
async def test_any_order_of_operations_leaves_what_whole_writes_would(
    store: Store, backend: Backend, stored: dict[str, Any] | None, steps: list[tuple[str, Any]]
) -> None:
    ref = THINGS.doc("one", user=f"u{next(_NUMBERS)}")
    before = None if stored is None else {**to_fields(NEW.model_copy(update=stored)), **UNKNOWN}
    if before is not None:
        await write(backend, ("put", ref.path, before))

    async def work(tx: Transaction) -> None:
        for kind, value in steps:
            if kind == "get":
                await tx.get(ref)
            elif kind == "put":
                tx.put(ref, NEW.model_copy(update=value))
            elif kind == "merge":
                tx.merge(ref, {**value, "weight": Increment(value["weight"])})
            else:
                tx.delete(ref)

    await store.transact(work)
    assert await backend.get([ref.path]) == [expect_result(before, steps)]
