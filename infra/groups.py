"""Reading infra/functions.yaml, the table of function groups."""

import importlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from shared.group import Group

TABLE = Path(__file__).parent / "functions.yaml"


@dataclass(frozen=True)
class GroupEntry:
    name: str
    source: str
    paths: tuple[str, ...]
    events: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    schedules: tuple[str, ...] = ()  # the tasks that run by the clock
    timeout: int = 60  # seconds

    @property
    def targets(self) -> tuple[str, ...]:
        """The entry points that are deployed, each as a function of its own."""
        wanted = {"api": True, "events": bool(self.events), "tasks": bool(self.tasks)}
        return tuple(target for target, needed in wanted.items() if needed)

    def load(self) -> Group:
        """The group's code."""
        module = importlib.import_module(f"{self.source.replace('/', '.')}.group")
        group: Group = module.GROUP
        return group


@cache
def table() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(TABLE.read_text("utf-8"))
    return read


@cache
def entries() -> tuple[GroupEntry, ...]:
    return tuple(
        GroupEntry(
            name,
            entry["source"],
            tuple(entry["paths"]),
            events=tuple(entry["events"]),
            tasks=tuple(entry["tasks"]),
            schedules=tuple(entry.get("schedules", {})),
            timeout=entry["timeout"],
        )
        for name, entry in table()["groups"].items()
    )


def fallback() -> str:
    """The name of the group that answers what no group claims."""
    name: str = table()["fallback"]
    return name


def topics() -> dict[str, str]:
    """By type of event, the topic of the service that publishes it; all others are on the topic `events`."""
    return {event: topic for topic, types in table()["topics"].items() for event in types}
