"""Requests made from the OpenAPI document, so that a new route is tried without being told of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
Path = tuple[str | int, ...]

JSON, FORM = "application/json", "multipart/form-data"

_FORMATS = {
    "date": "2026-03-20",
    "date-time": "2026-03-02T12:00:00Z",
    "email": "somebody@example.com",
    "uri": "https://example.com/page",
    "uuid": "6f9b2c1e-6f0a-4f7e-9d58-1c2f7f0f3b11",
}


@dataclass(frozen=True)
class Operation:
    """One operation of the OpenAPI document."""

    document: Schema
    path: str
    method: str
    detail: Schema

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_alias(self) -> bool:
        return bool(self.detail.get("x-alias"))

    @property
    def is_public(self) -> bool:
        return bool(self.detail["x-access"] == "public")

    @property
    def takes(self) -> dict[str, Schema]:
        """The schema of its body by content type."""
        content = self.detail.get("requestBody", {}).get("content", {})
        return {kind: self.resolved(media["schema"]) for kind, media in content.items()}

    @property
    def query(self) -> list[Schema]:
        return [each for each in self.detail.get("parameters", []) if each.get("in") == "query"]

    def body(self) -> Any:
        """A JSON body that is valid as far as the document tells."""
        return self.example(self.takes[JSON])

    def form(self) -> tuple[dict[str, str], dict[str, tuple[str, bytes, str]]]:
        """The fields and the files of a form."""
        properties: Schema = self.takes[FORM].get("properties", {})
        files = {name for name, schema in properties.items() if self._is_file(schema)}
        fields = {name: str(self.example(schema)) for name, schema in properties.items() if name not in files}
        return fields, dict.fromkeys(files, ("notes.md", b"# Cells\n\nA cell is small.\n", "text/markdown"))

    def variants(self, kind: str) -> list[Schema]:
        """The object schemas that a body of this content type may have."""
        return [each for each in self.flat(self.takes[kind]) if each.get("type") == "object"]

    def resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            schema = self.document["components"]["schemas"][name]
        return schema

    def flat(self, schema: Schema) -> list[Schema]:
        """The schema, or its alternatives and theirs."""
        schema = self.resolved(schema)
        parts = [part for word in ("anyOf", "oneOf", "allOf") for part in schema.get(word, [])]
        return [inner for part in parts for inner in self.flat(part)] if parts else [schema]

    def example(self, schema: Schema) -> Any:
        schema = self.resolved(schema)
        if schema.get("examples"):
            return schema["examples"][0]
        if schema.get("default") not in (None, ""):
            return schema["default"]
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        for alternatives in ("anyOf", "oneOf", "allOf"):
            if alternatives in schema:
                given = [each for each in schema[alternatives] if each.get("type") != "null"]
                return self.example(given[0])
        return self._plain(schema)

    def _plain(self, schema: Schema) -> Any:
        match schema.get("type"):
            case "object":
                return {name: self.example(part) for name, part in schema.get("properties", {}).items()}
            case "array":
                return [self.example(schema["items"])] if "items" in schema else []
            case "integer" | "number":
                return schema.get("minimum", 1)
            case "boolean":
                return True
            case _:
                text = _FORMATS.get(schema.get("format", ""), "some text")
                return text[: schema.get("maxLength", len(text))]

    def _is_file(self, schema: Schema) -> bool:
        parts = self.flat(schema)
        return any(part.get("format") == "binary" or "contentMediaType" in part for part in parts)


def operations(document: Schema) -> list[Operation]:
    return [
        Operation(document, path, method.upper(), detail)
        for path, methods in document["paths"].items()
        for method, detail in methods.items()
    ]


def with_ids(value: Any, ids: Mapping[str, str]) -> Any:
    """The body with the ids of real things in the fields that name one: `course_id`, `document_ids`."""
    if isinstance(value, list):
        return [with_ids(item, ids) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _named(name, item, ids) for name, item in value.items()}


def _named(name: str, item: Any, ids: Mapping[str, str]) -> Any:
    known = ids.get(f"{name.removesuffix('s').removesuffix('_id')}s")
    if known is None or name == "tags" or isinstance(item, dict):  # tags go by their names
        return with_ids(item, ids)
    return [known] if isinstance(item, list) and all(isinstance(each, str) for each in item) else known


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of all values within a JSON value, itself excepted."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*path, key)
        yield from leaves(item, (*path, key))


def replaced(value: Any, path: Path, new: Any) -> Any:
    """The JSON value with another at `path`."""
    if not path:
        return new
    head, *rest = path
    if isinstance(value, dict):
        return {**value, head: replaced(value[head], tuple(rest), new)}
    return [replaced(item, tuple(rest), new) if i == head else item for i, item in enumerate(value)]
