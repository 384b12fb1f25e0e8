"""Every collection of the code, found by importing it."""

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import functions
import shared
from shared.store import Collection

# Modules that start something, or stand for an entry point, declare no collection.
_SKIPPED = frozenset({"main", "__main__"})


@cache
def list_collections() -> tuple[Collection[Any], ...]:
    """Return the collections in an order of templates and models. Imports all groups."""
    found = {
        (value.template, value.model.__module__, value.model.__name__): value
        for module in _import_modules()
        for value in vars(module).values()
        if isinstance(value, Collection)
    }
    return tuple(found[key] for key in sorted(found))


def find_owner(path: str, collections: Sequence[Collection[Any]]) -> Collection[Any] | None:
    """Return the collection whose documents lie at such a path, None without one."""
    return next((each for each in collections if not each.view and each.holds(path)), None)


def _import_modules() -> Iterator[Any]:
    for package in (functions, shared):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.rsplit(".", 1)[-1] not in _SKIPPED:
                yield importlib.import_module(module.name)
