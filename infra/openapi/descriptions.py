"""Words for readers: the introduction, and a description of each field and parameter."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import yaml


def describe(document: dict[str, Any]) -> None:
    """Describe every field and parameter that the glossary knows, in place; a test names those it lacks."""
    table = yaml.load(_read("glossary.yaml"), Loader=yaml.CSafeLoader)
    document["info"]["description"] = _read("introduction.md")
    for name, schema in document["components"]["schemas"].items():
        _describe_fields(schema, name, table)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                _describe_fields(content.get("schema", {}), f"{method} {path}", table)
            for parameter in operation.get("parameters", ()):
                _describe_parameter(parameter, table)


def _describe_fields(schema: dict[str, Any], name: str, table: Mapping[str, Any]) -> None:
    for field, each in schema.get("properties", {}).items():
        own = table["schemas"].get(f"{name}.{field}")
        text = own or each.get("description") or table["fields"].get(field)
        default = each.pop("x-default", None)
        if text is not None:
            each["description"] = text if default is None else f"{text} Default: `{_show(default)}`."
        if field in table["uuids"] and f"{name}.{field}" not in table["other_ids"]:
            _mark_uuid(each)
        if "pattern" in each and field in table["examples"]:
            each.setdefault("examples", [table["examples"][field]])


def _describe_parameter(parameter: dict[str, Any], table: Mapping[str, Any]) -> None:
    if "$ref" in parameter:
        return
    name = parameter["name"]
    if text := parameter.get("description") or table["parameters"].get(name):
        parameter["description"] = text
    if parameter["in"] == "path" and name in table["uuids"]:
        parameter["schema"]["format"] = "uuid"


def _mark_uuid(schema: dict[str, Any]) -> None:
    for each in (schema, *schema.get("anyOf", ())):
        if each.get("type") == "string":
            each["format"] = "uuid"


def _show(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(name: str) -> str:
    return files("infra.openapi").joinpath(name).read_text("utf-8")
