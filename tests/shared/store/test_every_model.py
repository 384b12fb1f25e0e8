"""Every stored model: a change of one field changes nothing else of what is stored, known or unknown."""

import copy
from itertools import count
from random import Random
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from infra.collections import list_collections
from shared.store import Collection, Document, Ref, Store, Transaction
from shared.store.backend import Backend
from shared.store.documents import dump_document
from shared.store.values import Raw, to_stored
from tests.shared.store.things import write
from tests.stored.builder import Chance, build_model, build_value
from tests.stored.samples import name_folder

M = TypeVar("M", bound=BaseModel)

COLLECTIONS = {name_folder(each): each for each in list_collections()}
# Of each kind of nesting one; the emulator takes its time.
OVER_FIRESTORE = (
    "users.User",
    "flashcards.Flashcard",
    "quiz_attempts.Attempt",
    "tag_books.TagBook",
    "jobs.Job",
)
CASES = [*(("sqlite", name) for name in COLLECTIONS), *(("firestore", name) for name in OVER_FIRESTORE)]
_NUMBERS = count(1)


def add_unknown(value: Any, raw: Any) -> None:
    """Add fields to `raw`, which is `value` as it is stored, wherever a newer model may have some."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name in raw:
                add_unknown(getattr(value, name), raw[name])
        raw["of a newer version"] = [1, {"deep": {"er": None}}]
        raw["added"] = "text"
    elif isinstance(value, dict):
        for key, item in value.items():
            add_unknown(item, raw[key])
    elif isinstance(value, tuple):
        for item, raw_item in zip(value, raw, strict=True):
            add_unknown(item, raw_item)


def change_model(model: M, raw: Raw, random: Random) -> M:
    """Return the model with one field changed, maybe a nested one, and change `raw` just so."""
    fields = sorted(type(model).model_fields.keys() & raw.keys())
    if not fields:
        return model
    name = random.choice(fields)
    value, annotation = getattr(model, name), type(model).model_fields[name].annotation
    changed, raw[name] = change_value(value, raw[name], annotation, random)
    return model.model_copy(update={name: changed})


def change_value(value: Any, raw: Any, annotation: Any, random: Random) -> tuple[Any, Any]:
    if isinstance(value, BaseModel):
        return change_model(value, raw, random), raw
    if isinstance(value, dict) and value and isinstance(next(iter(value.values())), BaseModel):
        key = random.choice(sorted(value))
        return {**value, key: change_model(value[key], raw[key], random)}, raw
    if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        place = random.randrange(len(value))
        changed = change_model(value[place], raw[place], random)
        return (*value[:place], changed, *value[place + 1 :]), raw
    built = build_value(annotation, Chance(random), "name")
    return built, to_stored(built)


async def check(store: Store, backend: Backend, collection: Collection[Any], seed: int) -> None:
    random, parent = Random(seed), f"p{next(_NUMBERS)}"
    ref: Ref[Document] = Ref(f"users/{parent}/{collection.kind}/one", collection.model)
    original = build_model(collection.model, Chance(random), id="one")
    raw = dump_document(original)
    add_unknown(original, raw)
    await write(backend, ("put", ref.path, raw))
    expected = copy.deepcopy(raw)

    async def work(tx: Transaction) -> None:
        document = await tx.get(ref)
        assert document is not None
        tx.put(ref, change_model(document, expected, random))

    await store.transact(work)
    assert await backend.get([ref.path]) == [expected]


@pytest.mark.parametrize(("backend", "name"), CASES, indirect=["backend"])
@settings(max_examples=10)
@given(seed=st.integers(0, 2**32))
async def test_a_change_of_one_field_changes_nothing_else(
    store: Store, backend: Backend, name: str, seed: int
) -> None:
    await check(store, backend, COLLECTIONS[name], seed)
