"""Hostile input: bodies, fields, queries and ids."""

import json
from collections.abc import Iterator
from typing import Any

from tests.whole.examples import JSON, Operation, Path, Schema, leaves, replaced

_LONG = "x" * 100_000
NOT_TEXT = ("\ud800", "a\x00b", "\udfff\udfff")
DEEP = 60

_WRONG: dict[str, tuple[Any, ...]] = {
    "string": (_LONG, *NOT_TEXT),
    "null": (None,),
    "array": ([], [None], [[]], ["x"] * 2000),
    "object": ({}, {"a": 1}, {"$ne": None}),
    "number": (2**70, -(2**63) - 1, 1.5, -7, 0, 86_400),
    "boolean": (True,),
}

RAW_BODIES: dict[str, bytes] = {
    "empty": b"",
    "blank": b"   ",
    "cut off": b'{"name": "a',
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "a BOM": b"\xef\xbb\xbf{}",
    "NaN": b'{"name": NaN}',
    "Infinity": b'{"name": -Infinity}',
    "null": b"null",
    "a number": b"1",
    "a string": b'"text"',
    "an empty list": b"[]",
    "a list of nothing": b"[null]",
    "lists in lists": b"[" * DEEP + b"]" * DEEP,
    "objects in objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deeper than Python can": b"[" * 100_000,
    "unknown fields only": b'{"__proto__": {"role": "admin"}, "role": "admin", "is_admin": true}',
    "a field that is not text": b'{"\\ud800": 1}',
    "a huge number": b'{"count": ' + b"9" * 5000 + b"}",
    "a form": b"name=a&course=b",
    "a long name over a long list": b'{"' + b"a" * 400_000 + b'":[0' + b",0" * 250_000 + b"]}",
    "half a million values": b"[0" + b",0" * 500_000 + b"]",
    "unknown names without end": b"{" + b",".join(b'"k%d":0' % i for i in range(80_000)) + b"}",
}

QUERY_VALUES = (
    "",
    " ",
    "x" * 5000,
    "\x00",
    "-1",
    "0",
    "101",
    "1e9",
    "9" * 400,
    "NaN",
    "null",
    "[]",
    "a\u202eb",
    "2024-13-45",
    "9999-12-31",
    "0001-01-01",
    "2024-01-01T00:00:00+99:99",
    "AAAA",
    "eyJhIjoxfQ==",
    "' OR 1=1 --",
    "users/../../x",
    "\U0001f9ea",
)

# As they stand in a URL.
PATH_IDS = (
    "%00",
    "%2e%2e",
    "%2F",
    "a%2Fb",
    "%FF%FE",
    "%20",
    "%0d%0aX-Evil:1",
    "__name__",
    "__x__",
    "..%2f..%2fetc%2fpasswd",
    "a" * 3000,
    "%F0%9F%A7%AA",
    "%E2%80%AE",
    "{id}",
    "null",
    "0",
    "*",
    "%25",
)


def field_attacks(operation: Operation, body: Any) -> Iterator[tuple[str, Any, bool]]:
    """Bodies with one field wrong in one way, what is wrong, and whether the document forbids it."""
    for path in leaves(body):
        allowed = _types_at(operation, path)
        for kind, values in _WRONG.items():
            if kind == "string" or kind not in allowed:
                for value in values:
                    what = f"{'.'.join(map(str, path))} is {value!r:.40}"
                    yield what, replaced(body, path, value), bool(allowed)


def wide_lists(operation: Operation, body: Any) -> Iterator[tuple[str, Any]]:
    """Bodies whose lists hold almost as many wrong items as a body may have values."""
    for path in leaves(body):
        if "array" in _types_at(operation, path):
            wrong: tuple[Any, ...] = (0, {})
            for item in wrong:
                yield f"{'.'.join(map(str, path))} of {item}", replaced(body, path, [item] * 19_000)


def missing_fields(operation: Operation, body: Any) -> Iterator[tuple[str, Any]]:
    """The body without each of the fields that the document says are required."""
    for schema in operation.variants(JSON):
        for name in schema.get("required", []):
            if isinstance(body, dict) and name in body:
                yield name, {key: value for key, value in body.items() if key != name}


def as_bytes(body: Any) -> bytes:
    """Lone surrogates as escapes, as a careless client sends them."""
    return json.dumps(body).encode("ascii")


def _types_at(operation: Operation, path: Path) -> set[str]:
    """The JSON types that the document allows there; empty where it tells none."""
    found: list[Schema] = [operation.takes[JSON]]
    for part in path:
        inner = [_inner(operation, schema, part) for each in found for schema in operation.flat(each)]
        found = [schema for schema in inner if schema is not None]
    kinds = {str(schema.get("type", "")) for each in found for schema in operation.flat(each)}
    return {"number" if kind == "integer" else kind for kind in kinds}


def _inner(operation: Operation, schema: Schema, part: str | int) -> Schema | None:
    if isinstance(part, int):
        found: Schema | None = schema.get("items")
    else:
        found = schema.get("properties", {}).get(part)
    return found
