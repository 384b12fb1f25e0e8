"""infra/functions.yaml says what the code does: Terraform makes subscriptions, queues and rights from it."""

from typing import Any

import pytest
import yaml

from infra.bundle.dependencies import find_dependencies
from infra.groups import TABLE, GroupEntry, entries
from shared.objects.names import EXPORTS, UPLOADS, list_user_prefixes
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
def test_the_queue_of_a_task_is_that_of_its_class(entry: GroupEntry) -> None:
    handlers = entry.load().handlers
    declared_queues = {task: queue for queue, tasks in entry.queues.items() for task in tasks}
    chosen = {name: handlers.get_queue(name) for name in handlers.task_names}
    assert declared_queues == {name: queue for name, queue in chosen.items() if queue}


def test_names_of_queues_are_unique() -> None:
    names = ["-".join(filter(None, (entry.name, queue))) for entry in entries() for queue in entry.limits]
    assert len(names) == len(set(names))


@each_group
def test_the_secrets_of_a_group_are_secret_settings(entry: GroupEntry) -> None:
    secret = {
        name.upper() for name, field in Settings.model_fields.items() if "Secret" in str(field.annotation)
    }
    assert set(secrets(entry)) | set(optional(entry, "secrets")) <= secret


def secrets(entry: GroupEntry) -> list[str]:
    found: list[str] = declared(entry)["secrets"]
    return found


def optional(entry: GroupEntry, what: str) -> list[str]:
    """The secrets or roles that the group has with some option."""
    options: dict[str, dict[str, list[str]]] = declared(entry).get("options", {})
    return [each for option in options.values() for each in option.get(what, [])]


KEY = ["OBJECTS_ACCESS_KEY", "OBJECTS_SECRET_KEY"]
MAIL = ["SMTP_PASSWORD", "SES_ACCESS_KEY", "SES_SECRET_KEY"]
PUSH = ["roles/firebasecloudmessaging.admin"]


@each_group
def test_a_group_has_the_secrets_and_rights_for_what_its_code_uses(entry: GroupEntry) -> None:
    used = find_dependencies(entry.name).services
    assert [name for name in secrets(entry) if name.startswith("OBJECTS_")] == (
        KEY if "objects" in used else []
    )
    chosen = [name for name in optional(entry, "secrets") if name in MAIL]
    assert chosen == (MAIL if "mailer" in used else [])
    assert ("OPENAI_API_KEY" in optional(entry, "secrets")) >= ("model" in used)
    assert optional(entry, "roles") == (PUSH if "push" in used else [])


@each_group
def test_a_group_that_keeps_files_says_so(entry: GroupEntry) -> None:
    assert entry.load().keeps_files == ("objects" in find_dependencies(entry.name).services)


@each_group
def test_what_runs_by_the_clock_is_a_task_of_the_group(entry: GroupEntry) -> None:
    assert set(entry.schedules) <= set(entry.tasks)


@each_group
def test_a_group_that_may_fill_queues_names_groups_that_have_one(entry: GroupEntry) -> None:
    for other in declared(entry).get("enqueues", []):
        assert DECLARED["groups"][other]["tasks"]


def test_events_of_other_services_are_received_by_somebody() -> None:
    received = {event for group in DECLARED["groups"].values() for event in group["events"]}
    assert {event for types in DECLARED["topics"].values() for event in types} <= received


def test_what_the_bucket_clears_up_is_what_the_code_calls_temporary() -> None:
    kept_longest, *temporary = list_user_prefixes("u1")
    assert sorted(DECLARED["temporary_objects"]) == [EXPORTS, UPLOADS]
    assert [prefix.removesuffix(kept_longest) for prefix in temporary] == [EXPORTS, UPLOADS]


def test_what_no_group_claims_is_answered_by_a_group() -> None:
    assert DECLARED["fallback"] in DECLARED["groups"]
