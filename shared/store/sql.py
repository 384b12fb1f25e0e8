"""Queries as SQL over one table of JSON documents, with Firestore's semantics."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from shared.store.query import NAME, RANGE_OPS, Filter, Query
from shared.store.sqlite_codec import TRUE, to_comparable

_OPERATORS = {"==": "IS", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_INSTANT = "GLOB char(1) || '[0-9]*'"
_PLAIN_ELEMENT = "type IN ('integer', 'real', 'text')"
# Firestore orders names segment by segment: the separator sorts before any character of an id.
_WHOLE_NAME = "replace(path, '/', char(1))"


TABLE = "documents"


@dataclass(frozen=True)
class Statement:
    """The clauses of a query in SQL, with their arguments in order; `source` is the table, and its index."""

    where: str
    order: str
    limit: str
    arguments: tuple[Any, ...]
    source: str = TABLE


@lru_cache(maxsize=1024)  # of the fields that queries name
def build_value(field: str) -> str:
    """Build an expression with Firestore's order: null, false, true, numbers, instants, strings."""
    path = _build_json_path(field)
    return (
        f"CASE json_type(data, '{path}') WHEN 'false' THEN -9e999 WHEN 'true' THEN {TRUE!r}"
        f" ELSE json_extract(data, '{path}') END"
    )


def build_statement(query: Query[Any]) -> Statement:
    """Translate the query to SQL over the table of documents."""
    clauses, arguments = [_build_scope(query)], [] if query.group else [query.collection]
    for item in query.filters:
        clause, values = _build_filter(item)
        clauses.append(clause)
        arguments += values
    # A document without the field is not in its index: Firestore omits it from a sorted result.
    clauses += [
        f"json_type(data, '{_build_json_path(o.field)}') IS NOT NULL"
        for o in query.sort_fields
        if o.field != NAME and o.field not in query.range_fields
    ]
    if query.start_after is not None:
        clause, values = _build_after(_build_keys(query), [*query.start_after.values, query.start_after.id])
        clauses.append(clause)
        arguments += values
    keys = _build_keys(query)
    if len(keys) == 1 and any(item.op == "in" for item in query.filters):
        keys = [(f"+{keys[0][0]}", keys[0][1])]  # else SQLite scans all by name, to avoid a sort
    order = ", ".join(f"{key}{' DESC' if down else ''}" for key, down in keys)
    limit = f" LIMIT {int(query.size)}" if query.size is not None else ""
    return Statement(" AND ".join(clauses), order, limit, tuple(arguments))


def list_index_columns(query: Query[Any]) -> tuple[str, ...]:
    """Return the expressions of an SQLite index that answers the query without a scan."""
    equal = sorted({item.field for item in query.filters if item.op in ("==", "in")})
    sort = [order.field for order in query.sort_fields if order.field not in (*equal, NAME)]
    return tuple(build_value(field) for field in (*equal, *sort))


def _build_scope(query: Query[Any]) -> str:
    # The kind is a literal, not an argument, so that partial indexes on it are used.
    kind = f"kind = '{_check_name(query.kind)}'"
    return kind if query.group else f"collection = ? AND {kind}"


def _build_keys(query: Query[Any]) -> list[tuple[str, bool]]:
    keys = [
        (build_value(order.field), order.descending) for order in query.sort_fields if order.field != NAME
    ]
    return [*keys, (_WHOLE_NAME if query.group else "id", query.name_descending)]


def _build_filter(item: Filter) -> tuple[str, list[Any]]:
    path, key = _build_json_path(item.field), build_value(item.field)
    if item.op == "in":
        marks = ", ".join("?" for _ in item.value)
        return f"{key} IN ({marks}) AND {_build_plain(path)}", [to_comparable(value) for value in item.value]
    if item.op == "array_contains":
        return _build_contains(path, item.value)
    if item.value is None:
        return f"json_type(data, '{path}') = 'null'", []
    condition = _build_same_type(path, key, item.value) if item.op in RANGE_OPS else _build_plain(path)
    return f"{key} {_OPERATORS[item.op]} ? AND {condition}", [to_comparable(item.value)]


def _build_contains(path: str, value: Any) -> tuple[str, list[Any]]:
    condition = (
        f"type = '{str(value).lower()}'" if isinstance(value, bool) else f"value = ? AND {_PLAIN_ELEMENT}"
    )
    clause = f"EXISTS (SELECT 1 FROM json_each(data, '{path}') WHERE {condition})"  # noqa: S608 - checked name
    array = f"json_type(data, '{path}') = 'array' AND {clause}"
    return array, [] if isinstance(value, bool) else [to_comparable(value)]


def _build_plain(path: str) -> str:
    """Exclude maps and arrays, whose JSON text may equal a string."""
    return f"json_type(data, '{path}') NOT IN ('object', 'array')"


def _build_same_type(path: str, key: str, value: Any) -> str:
    """Restrict a range to values of its own type."""
    if isinstance(value, bool):
        return f"json_type(data, '{path}') IN ('false', 'true')"
    if isinstance(value, (int, float)):
        return f"json_type(data, '{path}') IN ('integer', 'real')"
    negation = "" if isinstance(value, datetime) else "NOT "
    return f"json_type(data, '{path}') = 'text' AND {key} {negation}{_INSTANT}"


def _build_after(keys: Sequence[tuple[str, bool]], values: Sequence[Any]) -> tuple[str, list[Any]]:
    """Build (a, b, id) > (x, y, z), each in its own direction, with null first as in Firestore."""
    branches, arguments = [], []
    for position, (key, descending) in enumerate(keys):
        equal = [f"{name} IS ?" for name, _ in keys[:position]]
        value = to_comparable(values[position])
        if value is None:
            following, bound = ("0" if descending else f"{key} IS NOT NULL"), []
        else:
            following = f"({key} < ? OR {key} IS NULL)" if descending else f"{key} > ?"
            bound = [value]
        branches.append("(" + " AND ".join([*equal, following]) + ")")
        arguments += [*(to_comparable(item) for item in values[:position]), *bound]
    return "(" + " OR ".join(branches) + ")", arguments


@lru_cache(maxsize=1024)
def _build_json_path(field: str) -> str:
    return "$" + "".join(f'."{_check_name(part)}"' for part in field.split("."))


def _check_name(part: str) -> str:
    if not part.replace("_", "").replace("-", "").isalnum():
        raise ValueError(f"not a field name: {part!r}")
    return part
