"""Schemas as generators of clients want them: what a client may leave out, and what it can count on."""

import re
from collections.abc import Iterator
from typing import Any

_PREFIX = "#/components/schemas/"
_PAGE = re.compile(r"^Page_(\w+?)(?:View)?_$")


def clean_schemas(document: dict[str, Any]) -> None:
    """Clean every schema of the document, in place."""
    _rename_pages(document)
    asked, patched, answered = _find_directions(document)
    for name, schema in _all_objects(document):
        is_body = name is None or name in asked
        if is_body:
            _drop_defaults(schema, shown=name is not None and name not in patched)
        elif name in answered:
            schema["required"] = list(schema["properties"])  # answers hold every field
            _drop_defaults(schema, shown=False)
    for each in _walk(document):
        _clean_type(each)
    for operations in document["paths"].values():
        for operation in operations.values():
            _clean_parameters(operation)


def _rename_pages(document: dict[str, Any]) -> None:
    schemas: dict[str, Any] = document["components"]["schemas"]
    names = {name: f"{match[1]}Page" for name in schemas if (match := _PAGE.match(name))}
    for old, new in names.items():
        schemas[new] = schemas.pop(old)
    references = {_PREFIX + old: _PREFIX + new for old, new in names.items()}
    for each in _walk(document):
        if each.get("$ref") in references:
            each["$ref"] = references[each["$ref"]]
    document["components"]["schemas"] = dict(sorted(schemas.items()))


def _find_directions(document: dict[str, Any]) -> tuple[set[str], set[str], set[str]]:
    """Return the names of the schemas that are sent, that are sent by PATCH, and that are received."""
    asked: set[str] = set()
    patched: set[str] = set()
    answered: set[str] = set()
    for operations in document["paths"].values():
        for method, operation in operations.items():
            sent = set(_reach(operation.get("requestBody", {}), document))
            asked |= sent
            if method == "patch":
                patched |= sent
            answered |= set(_reach(operation["responses"], document))
    return asked, patched, answered


def _reach(part: Any, document: dict[str, Any], seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the names of the schemas that a part of the document refers to, directly or not."""
    for each in _walk(part):
        name = str(each.get("$ref", "")).removeprefix(_PREFIX)
        if name in document["components"]["schemas"] and name not in seen:
            yield name
            yield from _reach(document["components"]["schemas"][name], document, seen | {name})


def _all_objects(document: dict[str, Any]) -> Iterator[tuple[str | None, dict[str, Any]]]:
    """Yield each schema of an object with its name; those within a request body have none."""
    for name, schema in document["components"]["schemas"].items():
        if "properties" in schema:
            yield name, schema
    for operations in document["paths"].values():
        for operation in operations.values():
            for each in _walk(operation.get("requestBody", {})):
                if "properties" in each:
                    yield None, each


def _drop_defaults(schema: dict[str, Any], *, shown: bool) -> None:
    """Drop defaults, which make generators demand the field; show them in words where they are true."""
    for each in schema["properties"].values():
        default = each.pop("default", None)
        if shown and default not in (None, "", [], {}):
            each["x-default"] = default


def _clean_type(schema: dict[str, Any]) -> None:
    if schema.get("contentMediaType") == "application/octet-stream":
        schema["format"] = "binary"
        del schema["contentMediaType"]
    if isinstance(schema.get("title"), str) and ("type" in schema or "anyOf" in schema or "$ref" in schema):
        del schema["title"]  # a repetition of the name


def _clean_parameters(operation: dict[str, Any]) -> None:
    """Say of optional parameters only that they are optional: a query cannot hold null."""
    for parameter in operation.get("parameters", ()):
        schema = parameter.get("schema", {})
        types = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
        if len(types) == 1:
            del schema["anyOf"]
            schema |= types[0]
        schema.pop("description", None)


def _walk(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of the part, outer ones first."""
    if isinstance(part, dict):
        yield part
        for value in list(part.values()):
            yield from _walk(value)
    elif isinstance(part, list):
        for value in part:
            yield from _walk(value)
