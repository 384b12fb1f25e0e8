"""Documents that several versions of the code read and write: nothing that one does not know is lost."""

import logging
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from shared.store import (
    Collection,
    Document,
    Increment,
    Meter,
    Store,
    Transaction,
    UnreadableDocument,
    use_meter,
)
from shared.store.backend import Backend
from shared.store.documents import Upgrade
from tests.shared.store.things import write

Raw = dict[str, Any]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True)

    size: int = 0


class Box(Document):
    name: str = ""
    state: Literal["open", "shut"] = "open"
    size: int = 0
    lid: Part = Part()
    parts: tuple[Part, ...] = ()
    by_name: dict[str, Part] = Field(default_factory=dict)
    counts: dict[str, int] = Field(default_factory=dict)


class NewBox(Document):
    """A box two versions later: `title` was `name`, and its size is in millimetres."""

    schema_version: ClassVar[int] = 3
    upgrades: ClassVar[Mapping[int, Upgrade]] = {
        1: lambda fields: {**{k: v for k, v in fields.items() if k != "name"}, "title": fields["name"]},
        2: lambda fields: {**fields, "size": fields["size"] * 10},
    }

    title: str
    size: int


BOXES = Collection("users/{user}/things", Box)
NEW_BOXES = Collection("users/{user}/things", NewBox)
REF = BOXES.doc("one", user="u")
NEW_REF = NEW_BOXES.doc("one", user="u")
FULL: Raw = {
    "name": "box",
    "state": "open",
    "size": 1,
    "lid": {"size": 1, "hinge": "left"},
    "parts": [{"size": 1, "mark": "a"}, {"size": 2, "mark": {"deep": [1, 2]}}],
    "by_name": {"x.y": {"size": 3, "mark": "c"}},
    "counts": {"a": 1},
    "color": "red",
    "more": {"of": ["these"]},
}


async def stored(backend: Backend, path: str = REF.path) -> Raw | None:
    return (await backend.get([path]))[0]


async def change(store: Store, **changes: Any) -> None:
    async def work(tx: Transaction) -> None:
        box = await tx.get(REF)
        assert box is not None
        tx.put(REF, box.model_copy(update=changes))

    await store.transact(work)


@pytest.fixture
async def full(backend: Backend) -> Raw:
    await write(backend, ("put", REF.path, FULL))
    return FULL


async def test_a_save_changes_what_it_changed_alone(store: Store, backend: Backend, full: Raw) -> None:
    await change(store, size=2)
    assert await stored(backend) == {**full, "size": 2}


async def test_an_emptied_map_is_empty(store: Store, backend: Backend, full: Raw) -> None:
    await change(store, counts={}, by_name={}, parts=())
    assert await stored(backend) == {**full, "counts": {}, "by_name": {}, "parts": []}


async def test_a_nested_copy_keeps_what_its_model_does_not_know(
    store: Store, backend: Backend, full: Raw
) -> None:
    box = await store.get(REF)
    assert box is not None
    lid = box.lid.model_copy(update={"size": 5})
    parts = (box.parts[1].model_copy(update={"size": 7}), Part(size=9))
    await change(store, lid=lid, parts=parts)
    expected = [{"size": 7, "mark": {"deep": [1, 2]}}, {"size": 9}]
    assert await stored(backend) == {**full, "lid": {"size": 5, "hinge": "left"}, "parts": expected}


async def test_a_nested_object_made_anew_begins_without_unknown_fields(
    store: Store, backend: Backend, full: Raw
) -> None:
    await change(store, lid=Part(size=4))
    assert await stored(backend) == {**full, "lid": {"size": 4}}


async def test_a_document_made_anew_keeps_the_unknown_fields_of_the_one_it_replaces(
    store: Store, backend: Backend, full: Raw
) -> None:
    async def replace(tx: Transaction) -> None:
        await tx.get(REF)
        tx.put(REF, Box(id="one"))

    await store.transact(replace)
    plain = {
        "name": "",
        "state": "open",
        "size": 0,
        "lid": {"size": 0},
        "parts": [],
        "by_name": {},
        "counts": {},
    }
    assert await stored(backend) == plain | {"color": full["color"], "more": full["more"]}


async def test_a_document_put_unread_keeps_unknown_fields(store: Store, backend: Backend, full: Raw) -> None:
    loaded = await store.get(REF)
    assert loaded is not None
    await write(backend, ("merge", REF.path, {"color": "blue"}))  # by a newer version, meanwhile

    async def work(tx: Transaction) -> None:
        tx.put(REF, loaded.model_copy(update={"size": 2}))

    await store.transact(work)
    await store.put(REF, loaded.model_copy(update={"size": 3}))
    assert await stored(backend) == {**full, "size": 3, "color": "blue"}


async def test_a_stale_copy_does_not_bring_unknown_fields_back(
    store: Store, backend: Backend, full: Raw
) -> None:
    loaded = await store.get(REF)
    assert loaded is not None
    await write(backend, ("merge", REF.path, {"color": "blue"}))

    async def work(tx: Transaction) -> None:
        await tx.get(REF)
        tx.put(REF, loaded.model_copy(update={"size": 2}))

    await store.transact(work)
    assert await stored(backend) == {**full, "size": 2, "color": "blue"}


async def test_a_copy_elsewhere_has_the_unknown_fields_too(store: Store, backend: Backend, full: Raw) -> None:
    other = BOXES.doc("two", user="u")

    async def work(tx: Transaction) -> None:
        box = await tx.get(REF)
        assert box is not None
        tx.create(other, box.model_copy(update={"id": "two"}))

    await store.transact(work)
    assert await stored(backend, other.path) == full


@pytest.mark.usefixtures("full")
async def test_saving_what_was_loaded_costs_no_write(store: Store) -> None:
    with use_meter(Meter()) as spent:
        await change(store)
    assert (spent.reads, spent.writes, spent.deletes) == (1, 0, 0)


@pytest.mark.usefixtures("full")
async def test_a_masked_save_costs_one_write(store: Store) -> None:
    with use_meter(Meter()) as spent:
        await change(store, size=2, name="other")
    assert (spent.reads, spent.writes, spent.deletes) == (1, 1, 0)


async def test_of_two_saves_in_a_transaction_the_last_holds(
    store: Store, backend: Backend, full: Raw
) -> None:
    async def work(tx: Transaction) -> None:
        box = await tx.get(REF)
        assert box is not None
        tx.put(REF, box.model_copy(update={"size": 2, "name": "new"}))
        assert await tx.get(REF) == box  # reads see the state before
        tx.put(REF, box.model_copy(update={"name": "newer"}))

    await store.transact(work)
    assert await stored(backend) == {**full, "name": "newer"}


async def test_a_save_after_a_merge_has_the_last_word(store: Store, backend: Backend, full: Raw) -> None:
    async def work(tx: Transaction) -> None:
        box = await tx.get(REF)
        assert box is not None
        tx.merge(REF, {"size": Increment(5), "counts": {"b": 1}})
        tx.put(REF, box)

    await store.transact(work)
    assert await stored(backend) == full


async def test_a_save_after_a_deletion_is_a_new_document(store: Store, backend: Backend, full: Raw) -> None:
    async def work(tx: Transaction) -> None:
        await tx.get(REF)
        tx.delete(REF)
        tx.put(REF, Box(id="one", name=full["name"]))

    await store.transact(work)
    assert "color" not in (await stored(backend) or {})


async def test_a_save_after_a_creation_adds_to_it(store: Store, backend: Backend) -> None:
    async def work(tx: Transaction) -> None:
        assert await tx.get(REF) is None
        tx.create(REF, Box(id="one", name="a"))
        tx.put(REF, Box(id="one", name="b"))

    await store.transact(work)
    assert (await stored(backend) or {})["name"] == "b"


async def test_an_odd_field_name_is_kept_and_masked(store: Store, backend: Backend) -> None:
    odd = {"a.b": {"c`d": 1}, "ü é": 2}
    await write(backend, ("put", REF.path, {**FULL, **odd}))
    await change(store, size=8)
    assert await stored(backend) == {**FULL, **odd, "size": 8}


async def test_an_older_document_is_upgraded_as_it_is_read(store: Store, backend: Backend) -> None:
    await write(backend, ("put", REF.path, {"name": "box", "size": 4, "color": "red"}))
    assert await store.get(NEW_REF) == NewBox.model_validate(
        {"id": "one", "title": "box", "size": 40, "color": "red"}, extra="allow"
    )


async def test_a_saved_upgrade_removes_what_it_renamed(store: Store, backend: Backend) -> None:
    await write(backend, ("put", REF.path, {"name": "box", "size": 4, "color": "red"}))

    async def work(tx: Transaction) -> None:
        box = await tx.get(NEW_REF)
        assert box is not None
        tx.put(NEW_REF, box)

    await store.transact(work)
    saved = {"title": "box", "size": 40, "color": "red", "schema_version": 3}
    assert await stored(backend) == saved
    await store.transact(work)
    assert await stored(backend) == saved


async def test_an_older_document_over_a_newer_one_says_its_version(store: Store, backend: Backend) -> None:
    await store.put(NEW_REF, NewBox(id="one", title="new", size=10))
    await store.put(REF, Box(id="one", name="old", size=2))
    assert await store.get(NEW_REF) is not None
    assert "schema_version" not in (await stored(backend) or {})


async def test_a_document_of_a_newer_version_cannot_be_read(store: Store) -> None:
    await store.put(NEW_REF, NewBox(id="one", title="new", size=10))
    with pytest.raises(UnreadableDocument):
        await store.get(REF)


UNREADABLE: Mapping[str, Raw] = {
    "enum": {**FULL, "state": "ajar"},
    "type": {**FULL, "counts": "secret words"},
    "nested": {**FULL, "by_name": {"secret words": {"size": "secret words"}}},
    "version": {**FULL, "schema_version": 2},
    "odd version": {**FULL, "schema_version": "secret words"},
}


@pytest.mark.parametrize("raw", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_an_unreadable_document_is_503_alone_and_named_in_the_log(
    store: Store, backend: Backend, raw: Raw, caplog: pytest.LogCaptureFixture
) -> None:
    await write(backend, ("put", REF.path, raw))
    with caplog.at_level(logging.WARNING), pytest.raises(UnreadableDocument) as caught:
        await store.get(REF)
    assert (caught.value.status, caught.value.code) == (503, "SERVICE_UNAVAILABLE")
    (record,) = caplog.records
    fields = record.__dict__["fields"]
    assert (fields["path"], fields["model"]) == (REF.path, "Box")
    assert fields["errors"]
    assert "secret words" not in f"{fields} {caught.value!r} {caught.value.__cause__}"


async def put_boxes(backend: Backend, *, unreadable: set[int], number: int) -> None:
    await write(
        backend,
        *(
            (
                "put",
                BOXES.doc(f"box{place:02}", user="u").path,
                {"size": place, "state": "ajar" if place in unreadable else "open"},
            )
            for place in range(number)
        ),
    )


async def test_a_list_leaves_out_what_cannot_be_read(store: Store, backend: Backend) -> None:
    await put_boxes(backend, unreadable={0, 3}, number=5)
    assert [box.size for box in await store.find(BOXES.query(user="u"))] == [1, 2, 4]


async def test_a_limited_list_is_filled_from_those_that_follow(store: Store, backend: Backend) -> None:
    await put_boxes(backend, unreadable={0, 1, 2, 4}, number=8)
    query = BOXES.query(user="u").order_by("size").limit(3)
    with use_meter(Meter()) as spent:
        assert [box.size for box in await store.find(query)] == [3, 5, 6]
    assert spent.reads == 7
    first = await store.first(BOXES.query(user="u").order_by("size"))
    assert first is not None
    assert first.size == 3


async def test_a_list_that_hardly_any_document_can_fill_is_503(store: Store, backend: Backend) -> None:
    await put_boxes(backend, unreadable=set(range(12)), number=14)
    with pytest.raises(UnreadableDocument):
        await store.find(BOXES.query(user="u").order_by("size").limit(2))


async def test_a_transaction_decides_nothing_by_half_a_list(store: Store, backend: Backend) -> None:
    await put_boxes(backend, unreadable={1}, number=3)
    with pytest.raises(UnreadableDocument):
        await store.transact(lambda tx: tx.find(BOXES.query(user="u")))


async def test_groups_are_paged_over_all_parents(store: Store, backend: Backend) -> None:
    paths = [BOXES.doc(name, user=user).path for user in ("u", "v") for name in ("a", "b")]
    await write(backend, *(("put", path, {"size": 1}) for path in paths), ("put", "users/u/others/x", {}))
    first = await store.page_group("things", size=3)
    rest = await store.page_group("things", after=first[-1][0], size=3)
    assert [path for path, _ in [*first, *rest]] == paths
    assert await store.page_group("things", after=paths[-1], size=3) == []
