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

    def load(self) -> Group:
        """The group's code."""
        module = importlib.import_module(f"{self.source.replace('/', '.')}.group")
        group: Group = module.GROUP
        return group


@cache
def entries() -> tuple[GroupEntry, ...]:
    table: dict[str, Any] = yaml.safe_load(TABLE.read_text("utf-8"))
    return tuple(
        GroupEntry(name, entry["source"], tuple(entry["paths"])) for name, entry in table["groups"].items()
    )
