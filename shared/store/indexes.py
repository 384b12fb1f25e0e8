"""The composite indexes that queries need, so that the local store refuses what production would."""

import json
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from shared.store.query import NAME, RANGE_OPS, Order, Query
from shared.store.values import MissingIndex


@dataclass(frozen=True)
class Index:
    """A composite index; `fields` are (name, order), an order is ASCENDING, DESCENDING or CONTAINS."""

    kind: str
    fields: tuple[tuple[str, str], ...]

    def serves(self, equal: frozenset[str], sort: tuple[Order, ...]) -> frozenset[str] | None:
        """Return the equality fields it covers, or None where it does not sort as required, in either way."""
        head, tail = self.fields[: len(self.fields) - len(sort)], self.fields[len(self.fields) - len(sort) :]
        required = tuple((order.field, "DESCENDING" if order.descending else "ASCENDING") for order in sort)
        opposite = tuple((order.field, "ASCENDING" if order.descending else "DESCENDING") for order in sort)
        covered = frozenset(name for name, _ in head)
        return covered if tail in (required, opposite) and covered <= equal else None


@dataclass(frozen=True)
class Indexes:
    """The declarations of infra/firestore/indexes.json."""

    composite: tuple[Index, ...] = ()
    group_fields: frozenset[tuple[str, str]] = frozenset()
    ttl: tuple[tuple[str, str], ...] = ()
    # Fields without single-field indexes, nested ones included, and nested ones that have one nevertheless.
    exempt: frozenset[tuple[str, str]] = frozenset()
    indexed: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def load(cls, path: Path) -> "Indexes":
        declared: dict[str, Any] = json.loads(path.read_text("utf-8"))
        overrides = declared.get("fieldOverrides", [])
        return cls(
            composite=tuple(_parse_index(entry) for entry in declared.get("indexes", [])),
            group_fields=frozenset(
                (entry["collectionGroup"], entry["fieldPath"])
                for entry in overrides
                for index in entry.get("indexes", [])
                if index.get("queryScope") == "COLLECTION_GROUP"
            ),
            ttl=tuple((e["collectionGroup"], e["fieldPath"]) for e in overrides if e.get("ttl")),
            exempt=frozenset(_parse_field(entry) for entry in overrides if not _is_in_collection(entry)),
            indexed=frozenset(_parse_field(entry) for entry in overrides if _is_in_collection(entry)),
        )

    @cached_property
    def by_kind(self) -> dict[str, list[Index]]:
        grouped: dict[str, list[Index]] = {}
        for index in self.composite:
            grouped.setdefault(index.kind, []).append(index)
        return grouped

    def check(self, query: Query[Any]) -> None:
        """Refuse a query that production would refuse. Raises MissingIndex."""
        if query.group:
            self._check_group(query)
        equal = frozenset(item.field for item in query.filters if item.op not in RANGE_OPS)
        sort = _list_sort_fields(query)
        if query.name_descending and not sort:
            raise MissingIndex(f"{query.kind}: Firestore reads names in ascending order only")
        outside = {order.field for order in sort} - equal
        if not outside or (len(sort) == 1 and not equal - {sort[0].field}):
            self._check_fields(query, equal | outside)
            return
        serving = [index.serves(equal, sort) for index in self.by_kind.get(query.kind, [])]
        useful = [covered for covered in serving if covered is not None]
        if not useful or not equal <= frozenset().union(*useful):
            raise MissingIndex(f"{query.kind}: {sorted(equal)} sorted by {_format_sort(sort)}")

    def _check_fields(self, query: Query[Any], fields: AbstractSet[str]) -> None:
        for field in () if query.group else fields:
            if self._is_exempt(query.kind, field):
                raise MissingIndex(f"{query.kind}: {field} has no index of its own")

    def _is_exempt(self, kind: str, field: str) -> bool:
        """Tell whether the nearest override, of the field or of one around it, exempts it from indexing."""
        while field:
            if (kind, field) in self.exempt:
                return True
            if (kind, field) in self.indexed:
                return False
            field = field.rpartition(".")[0]
        return False

    def _check_group(self, query: Query[Any]) -> None:
        for item in query.filters:
            if (query.kind, item.field) not in self.group_fields:
                raise MissingIndex(f"collection group {query.kind}: {item.field}")


def _list_sort_fields(query: Query[Any]) -> tuple[Order, ...]:
    """Return the fields that an index must sort by; the name is always included."""
    return tuple(order for order in query.sort_fields if order.field != NAME)


def _parse_index(entry: dict[str, Any]) -> Index:
    fields: Iterable[dict[str, str]] = entry["fields"]
    return Index(
        entry["collectionGroup"],
        tuple((field["fieldPath"], field.get("order") or field["arrayConfig"]) for field in fields),
    )


def _parse_field(override: dict[str, Any]) -> tuple[str, str]:
    return override["collectionGroup"], override["fieldPath"]


def _is_in_collection(override: dict[str, Any]) -> bool:
    return any(index.get("queryScope") == "COLLECTION" for index in override.get("indexes", []))


def _format_sort(sort: tuple[Order, ...]) -> str:
    return ", ".join(f"{order.field}{' descending' if order.descending else ''}" for order in sort)
