"""Queries as SQL over one table of JSON documents, with Firestore's meaning."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.store.indexes import sorting
from shared.store.query import NAME, Filter, Query
from shared.store.sqlite_codec import comparable

_OPERATORS = {"==": "IS", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True)
class Statement:
    where: str
    order: str
    limit: str
    arguments: tuple[Any, ...]


def value_of(field: str) -> str:
    return f"json_extract(data, '{_json_path(field)}')"


def statement(query: Query[Any]) -> Statement:
    clauses, arguments = [_scope(query)], [] if query.group else [query.collection]
    for item in query.filters:
        clause, values = _filter(item)
        clauses.append(clause)
        arguments += values
    # A document without the field is in no index of it: Firestore leaves it out of a sorted result.
    clauses += [f"json_type(data, '{_json_path(o.field)}') IS NOT NULL" for o in sorting(query)]
    if query.start_after is not None:
        clause, values = _after(_keys(query), [*query.start_after.values, query.start_after.id])
        clauses.append(clause)
        arguments += values
    order = ", ".join(f"{key}{' DESC' if down else ''}" for key, down in _keys(query))
    limit = f" LIMIT {int(query.size)}" if query.size is not None else ""
    return Statement(" AND ".join(clauses), order, limit, tuple(arguments))


def index_columns(query: Query[Any]) -> tuple[str, ...]:
    """The expressions an SQLite index needs to answer the query without a scan."""
    equal = sorted({item.field for item in query.filters if item.op in ("==", "in")})
    sort = [order.field for order in sorting(query) if order.field not in equal]
    return tuple(value_of(field) for field in (*equal, *sort))


def _scope(query: Query[Any]) -> str:
    # The kind stands in the text, not as an argument, so that partial indexes on it are used.
    kind = f"kind = '{_name(query.kind)}'"
    return kind if query.group else f"collection = ? AND {kind}"


def _keys(query: Query[Any]) -> list[tuple[str, bool]]:
    keys = [(value_of(order.field), order.descending) for order in query.sort_fields if order.field != NAME]
    return [*keys, ("id", query.name_descending)]


def _filter(item: Filter) -> tuple[str, list[Any]]:
    if item.op == "in":
        marks = ", ".join("?" for _ in item.value)
        return f"{value_of(item.field)} IN ({marks})", [comparable(value) for value in item.value]
    if item.op == "array_contains":
        path = _json_path(item.field)
        clause = f"EXISTS (SELECT 1 FROM json_each(data, '{path}') WHERE value = ?)"  # noqa: S608 - checked name
        return clause, [comparable(item.value)]
    present = f"json_type(data, '{_json_path(item.field)}') IS NOT NULL AND " if item.value is None else ""
    return f"{present}{value_of(item.field)} {_OPERATORS[item.op]} ?", [comparable(item.value)]


def _after(keys: Sequence[tuple[str, bool]], values: Sequence[Any]) -> tuple[str, list[Any]]:
    """(a, b, id) after (x, y, z), each in its own direction, null before everything as in Firestore."""
    branches, arguments = [], []
    for position, (key, descending) in enumerate(keys):
        equal = [f"{name} IS ?" for name, _ in keys[:position]]
        value = comparable(values[position])
        if value is None:
            beyond, given = ("0" if descending else f"{key} IS NOT NULL"), []
        else:
            beyond = f"({key} < ? OR {key} IS NULL)" if descending else f"{key} > ?"
            given = [value]
        branches.append("(" + " AND ".join([*equal, beyond]) + ")")
        arguments += [*(comparable(item) for item in values[:position]), *given]
    return "(" + " OR ".join(branches) + ")", arguments


def _json_path(field: str) -> str:
    return "$" + "".join(f'."{_name(part)}"' for part in field.split("."))


def _name(part: str) -> str:
    if not part.replace("_", "").replace("-", "").isalnum():
        raise ValueError(f"not a field name: {part!r}")
    return part
