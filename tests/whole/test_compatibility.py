"""Compatibility: the shape of a served operation only grows."""

from typing import Any

import pytest

from infra.openapi import public_document
from shared.services import Services
from shared.settings import Settings
from tests.whole.shapes import demands_of, facts_of, recorded


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return public_document(Services(Settings()))


@pytest.mark.slow
def test_no_operation_parameter_or_field_is_taken_away(document: dict[str, Any]) -> None:
    gone = {line for line in recorded() - facts_of(document) if "!" not in line}
    assert gone == set()


def test_no_known_operation_asks_for_more_than_before(document: dict[str, Any]) -> None:
    known = recorded()
    demanded = {line for line in demands_of(document) - known if line.partition(" !")[0] in known}
    assert demanded == set()


def test_a_field_that_is_taken_away_and_one_that_is_demanded_are_seen(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    login = schemas["RegisterBody"]
    fewer = {name: field for name, field in schemas["CourseView"]["properties"].items() if name != "name"}
    changed = {
        **document,
        "components": {
            **document["components"],
            "schemas": {
                **schemas,
                "CourseView": {**schemas["CourseView"], "properties": fewer},
                "RegisterBody": {**login, "required": [*login["required"], "shoe_size"]},
            },
        },
    }
    assert "GET /api/v1/courses/{course_id}/ 200 application/json name" in recorded() - facts_of(changed)
    assert "POST /api/v1/accounts/register/ !shoe_size" in demands_of(changed) - recorded()


def test_everything_served_is_on_record(document: dict[str, Any]) -> None:
    """`python -m tests.whole.shapes` puts it there."""
    assert facts_of(document) | demands_of(document) <= recorded()
