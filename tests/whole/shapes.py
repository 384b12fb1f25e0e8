"""The shape of the served API: what clients rely on, one line for each fact.

`python -m tests.whole.shapes` adds what is served now to `shapes.txt`; it takes nothing away.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.openapi import public_document
from shared.services import Services
from shared.settings import Settings

RECORD = Path(__file__).with_name("shapes.txt")
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})


def facts_of(document: dict[str, Any]) -> set[str]:
    """Return the operations, parameters and fields of answers that an OpenAPI document promises."""
    facts: set[str] = set()
    for path, operations in document["paths"].items():
        for method in _METHODS & operations.keys():
            operation, name = operations[method], f"{method.upper()} {path}"
            facts.add(name)
            facts.update(
                f"{name} ?{_resolve(each, document)['name']}" for each in operation.get("parameters", ())
            )
            for status, answer in operation["responses"].items():
                if not status.startswith("2"):
                    continue  # errors have one shape, which other tests hold
                for fact in _answer_facts(answer, document):
                    facts.add(f"{name} {status} {fact}")
    return facts


def demands_of(document: dict[str, Any]) -> set[str]:
    """Return the parameters and fields of bodies that a client must send."""
    demands: set[str] = set()
    for path, operations in document["paths"].items():
        for method in _METHODS & operations.keys():
            operation, name = operations[method], f"{method.upper()} {path}"
            for each in operation.get("parameters", ()):
                parameter = _resolve(each, document)
                if parameter.get("required") and parameter["in"] != "path":
                    demands.add(f"{name} !{parameter['name']}")
            for content in operation.get("requestBody", {}).get("content", {}).values():
                schema = _resolve(content.get("schema", {}), document)
                demands.update(f"{name} !{field}" for field in schema.get("required", ()))
    return demands


def _answer_facts(answer: dict[str, Any], document: dict[str, Any]) -> Iterator[str]:
    for kind, content in answer.get("content", {}).items():
        yield kind
        yield from (f"{kind} {field}" for field in _fields(content.get("schema", {}), document, ()))


def _fields(schema: dict[str, Any], document: dict[str, Any], seen: tuple[str, ...]) -> Iterator[str]:
    """Yield the dotted names of the schema's fields; those of a list's items are named `[]`."""
    reference = schema.get("$ref", "")
    if reference in seen:
        return
    seen = (*seen, reference) if reference else seen
    schema = _resolve(schema, document)
    for name, field in schema.get("properties", {}).items():
        yield name
        yield from (f"{name}.{inner}" for inner in _fields(field, document, seen))
    if "items" in schema:
        yield from (f"[].{inner}" for inner in _fields(schema["items"], document, seen))
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from _fields(choice, document, seen)


def _resolve(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    while reference := schema.get("$ref"):
        section, name = reference.removeprefix("#/components/").split("/")
        schema = document["components"][section][name]
    return schema


def recorded() -> set[str]:
    """Return the facts and demands of every API that was ever recorded."""
    return set(RECORD.read_text("utf-8").splitlines())


if __name__ == "__main__":  # pragma: no cover
    document = public_document(Services(Settings()))
    lines = recorded() if RECORD.exists() else set[str]()
    RECORD.write_text("\n".join(sorted(lines | facts_of(document) | demands_of(document))) + "\n", "utf-8")
