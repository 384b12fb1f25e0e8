"""Read infra/functions.yaml, the table of function groups."""

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from infra.routes import Routes
from shared.group import Group

TABLE = Path(__file__).parent / "functions.yaml"


@dataclass(frozen=True)
class GroupEntry:
    """A group of the table. An internal group has no paths; its invokers alone call it."""

    name: str
    source: str
    paths: tuple[str, ...]
    invokers: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    schedules: tuple[str, ...] = ()  # the tasks that run by the clock
    timeout: int = 60  # seconds
    queues: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # the tasks of its queues beside the first
    limits: Mapping[str, int] = field(
        default_factory=dict
    )  # deliveries at the same time by queue, "" the first

    @property
    def internal(self) -> bool:
        return not self.paths

    @property
    def targets(self) -> tuple[str, ...]:
        """The entry points that are deployed, each as its own function."""
        needed = {"api": True, "events": bool(self.events), "tasks": bool(self.tasks)}
        return tuple(target for target, is_needed in needed.items() if is_needed)

    def load(self) -> Group:
        """Import the group's code."""
        module = importlib.import_module(f"{self.source.replace('/', '.')}.group")
        group: Group = module.GROUP
        return group


@cache
def table() -> dict[str, Any]:
    """Read the whole table, once for the process."""
    read: dict[str, Any] = yaml.safe_load(TABLE.read_text("utf-8"))
    return read


@cache
def entries() -> tuple[GroupEntry, ...]:
    """Read the groups in the order of the table, once for the process."""
    return read_entries(table()["groups"])


def read_entries(groups: Mapping[str, Any]) -> tuple[GroupEntry, ...]:
    """Read the table's `groups`.

    Raises ValueError for a group with neither paths nor invokers or with both, for invokers that are no
    groups, and for paths that do not make `Routes`.
    """
    found = tuple(
        GroupEntry(
            name,
            group["source"],
            tuple(group["paths"]),
            invokers=tuple(group.get("invokers", [])),
            events=tuple(group["events"]),
            tasks=tuple(group["tasks"]),
            schedules=tuple(group.get("schedules", {})),
            timeout=group["timeout"],
            queues={queue: tuple(each["tasks"]) for queue, each in group.get("queues", {}).items()},
            limits={
                queue: each["concurrent"]
                for queue, each in {"": group.get("queue"), **group.get("queues", {})}.items()
                if each
            },
        )
        for name, group in groups.items()
    )
    for entry in found:
        if bool(entry.paths) == bool(entry.invokers):
            raise ValueError(f"{entry.name} needs either paths or invokers")
        if unknown := set(entry.invokers) - groups.keys():
            raise ValueError(f"{entry.name} has invokers that are no groups: {', '.join(sorted(unknown))}")
    map_owners(found)
    return found


def map_owners(groups: Iterable[GroupEntry]) -> Routes[str]:
    """Route the groups' paths to their names. Raises ValueError."""
    return Routes((path, group.name) for group in groups for path in group.paths)


def fallback() -> str:
    """Return the name of the group that answers paths without a pattern."""
    name: str = table()["fallback"]
    return name


def topics() -> dict[str, str]:
    """Map the types of events of other services to their topics; all others are on the topic `events`."""
    return {event: topic for topic, types in table()["topics"].items() for event in types}
