"""The API document makes right clients: every word and type that generators and readers rely on."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from infra.openapi import public_document
from shared.services import Services
from shared.settings import Settings


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return public_document(Services(Settings()))


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def walk(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from walk(value)
    elif isinstance(part, list):
        for value in part:
            yield from walk(value)


def sent_schemas(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    pending = [operation.get("requestBody", {}) for _, operation in operations(document)]
    seen: set[str] = set()
    while pending:
        for each in walk(pending.pop()):
            yield each
            name = each.get("$ref", "").rpartition("/")[2]
            if name and name not in seen:
                seen.add(name)
                pending.append(document["components"]["schemas"][name])


def test_what_is_sent_has_no_defaults(document: dict[str, Any]) -> None:
    assert not [each for each in sent_schemas(document) if "default" in each]


def test_answers_hold_every_field(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        if name.endswith(("View", "Page")):
            assert schema["required"] == list(schema["properties"]), name


def test_every_field_and_parameter_is_described(document: dict[str, Any]) -> None:
    missing = set()
    for name, schema in document["components"]["schemas"].items():
        for field, each in schema.get("properties", {}).items():
            missing |= set() if each.get("description") else {f"{name}.{field}"}
    for _, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            if "$ref" not in parameter and not parameter.get("description"):
                missing.add(f"parameter {parameter['name']}")
    assert not missing, "describe these in infra/openapi/glossary.yaml"


def test_operations_have_short_names_for_the_methods_of_clients(document: dict[str, Any]) -> None:
    for where, operation in operations(document):
        name = operation["operationId"]
        assert re.fullmatch(r"[a-z]+([A-Z][a-z0-9]*)+|register|logIn|logOut", name), where
        assert len(name) <= 32, where
        assert ("Alias" in name) == bool(operation.get("x-alias")), where
    names = [operation["operationId"] for _, operation in operations(document)]
    assert {"listCourses", "createCourse", "updateCourse", "replaceCourse", "deleteCourse"} <= set(names)
    assert len(names) == len(set(names))


def test_files_are_binary_and_patterns_have_examples(document: dict[str, Any]) -> None:
    assert "application/octet-stream" not in {each.get("contentMediaType") for each in walk(document)}
    for schema in document["components"]["schemas"].values():
        for name, each in schema.get("properties", {}).items():
            assert "pattern" not in each or re.search(each["pattern"], each["examples"][0]), name
    upload = document["components"]["schemas"]["FileUpload"]["properties"]["file"]
    assert (upload["type"], upload["format"]) == ("string", "binary")


def test_streams_tell_their_events_beside_json(document: dict[str, Any]) -> None:
    streams = 0
    for where, operation in operations(document):
        content = operation["responses"].get("200", {}).get("content", {})
        if "text/event-stream" not in content:
            continue
        streams += 1
        assert "application/json" in content, where
        name = content["text/event-stream"]["schema"]["$ref"].rpartition("/")[2]
        union = document["components"]["schemas"][name]
        assert "error" in union["discriminator"]["mapping"], where
        assert len(union["oneOf"]) == len(union["discriminator"]["mapping"]), where
    assert streams >= 6


def test_headers_are_documented(document: dict[str, Any]) -> None:
    for where, operation in operations(document):
        refs = {each.get("$ref", "").rpartition("/")[2] for each in operation.get("parameters", ())}
        assert ("IdempotencyKey" in refs) == where.startswith("post "), where
        for status, response in operation["responses"].items():
            assert "$ref" in response or "RateLimit-Limit" in response["headers"], (where, status)
    limited = document["components"]["responses"]["RateLimitExceeded"]
    assert "Retry-After" in limited["headers"]


def test_profiles_are_told_apart_by_their_role(document: dict[str, Any]) -> None:
    answer = document["paths"]["/api/v1/accounts/profile/"]["get"]["responses"]["200"]
    schema = answer["content"]["application/json"]["schema"]
    assert schema["discriminator"]["propertyName"] == "role"
    assert {"student", "child", "teacher", "admin"} <= schema["discriminator"]["mapping"].keys()


def test_tags_are_ordered_grouped_and_described(document: dict[str, Any]) -> None:
    tags = [tag["name"] for tag in document["tags"]]
    assert tags[:2] == ["accounts", "sessions"]
    assert [tag for group in document["x-tagGroups"] for tag in group["tags"]] == tags
    assert all(tag["description"] for tag in document["tags"])
    assert document["info"]["description"].count("## ") >= 6


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for each in walk(document):
        if isinstance(each.get("$ref"), str):
            part: Any = document
            for step in each["$ref"].removeprefix("#/").split("/"):
                part = part[step]
