"""The table of groups, the code, and the merged document agree."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.openapi import public_document
from shared.services import Services
from shared.settings import Settings
from shared.store.indexes import Indexes

DECLARED = Path("infra/firestore/indexes.json")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return public_document(Services(Settings()))


def test_every_operation_tells_its_cost_its_access_and_what_it_does(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["x-store-cost"], where
            assert operation["x-access"], where
            assert operation["summary"], where
            assert operation.get("description"), where
            assert bool(operation["security"]) == (operation["x-access"] != "public"), where


def test_the_document_is_json(document: dict[str, Any]) -> None:
    assert json.loads(json.dumps(document)) == document


def test_index_declarations_are_sorted_and_unique() -> None:
    declared = json.loads(DECLARED.read_text("utf-8"))
    kinds = [index["collectionGroup"] for index in declared["indexes"]]
    assert kinds == sorted(kinds)
    loaded = Indexes.load(DECLARED)
    assert len(loaded.composite) == len(set(loaded.composite))
