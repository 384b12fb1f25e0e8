"""infra/functions.yaml says what the code does: Terraform makes subscriptions, queues and rights from it."""

from typing import Any

import pytest
import yaml

from infra.groups import TABLE, GroupEntry, entries
from shared.settings import Settings

DECLARED: dict[str, Any] = yaml.safe_load(TABLE.read_text("utf-8"))
each_group = pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)


def declared(entry: GroupEntry) -> dict[str, Any]:
    group: dict[str, Any] = DECLARED["groups"][entry.name]
    return group


@each_group
def test_the_events_of_a_group_are_those_its_code_receives(entry: GroupEntry) -> None:
    assert declared(entry)["events"] == sorted(entry.load().handlers.event_types)


@each_group
def test_the_tasks_of_a_group_are_those_its_code_does(entry: GroupEntry) -> None:
    assert declared(entry)["tasks"] == sorted(entry.load().handlers.task_names)


@each_group
def test_the_secrets_of_a_group_are_secret_settings(entry: GroupEntry) -> None:
    secret = {
        name.upper() for name, field in Settings.model_fields.items() if "Secret" in str(field.annotation)
    }
    assert set(declared(entry)["secrets"]) <= secret


@each_group
def test_a_group_that_may_fill_queues_names_groups_that_have_one(entry: GroupEntry) -> None:
    for other in declared(entry).get("enqueues", []):
        assert DECLARED["groups"][other]["tasks"]


def test_events_of_other_services_are_received_by_somebody() -> None:
    received = {event for group in DECLARED["groups"].values() for event in group["events"]}
    assert {event for types in DECLARED["topics"].values() for event in types} <= received


def test_what_no_group_claims_is_answered_by_a_group() -> None:
    assert DECLARED["fallback"] in DECLARED["groups"]
