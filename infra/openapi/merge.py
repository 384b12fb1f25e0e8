"""The groups' documents, merged into one."""

from collections.abc import Sequence
from typing import Any

from infra.groups import entries, fallback, map_owners
from infra.routes import Routes
from shared.group import Group
from shared.services import Services
from shared.settings import VERSION
from shared.web.document import build_openapi


def merge_public_groups(services: Services) -> dict[str, Any]:
    """Merge the documents of the table's public groups. Raises ValueError."""
    public = [entry for entry in entries() if not entry.internal]
    return merge([entry.load() for entry in public], services, map_owners(public))


def merge(groups: Sequence[Group], services: Services, routes: Routes[str]) -> dict[str, Any]:
    """Merge the groups' documents.

    Raises ValueError where a group serves a path that leads to another one, where two groups serve one path
    and where they give one schema name two meanings.
    """
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Aksio API", "version": VERSION, "contact": {"name": "Aksio"}},
        "servers": [{"url": services.settings.base_url}],
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": {}},
    }
    for group in groups:
        part = build_openapi(group.create_app(services))
        for path in part.get("paths", {}):
            if (owner := routes.find(path) or fallback()) != group.name:
                raise ValueError(f"{group.name} serves {path}, which leads to {owner}")
        _add(document["paths"], part.get("paths", {}), "path")
        for section, known in document["components"].items():
            _add(known, part.get("components", {}).get(section, {}), section)
    return document


def _add(known: dict[str, Any], added: dict[str, Any], kind: str) -> None:
    for name, value in added.items():
        if known.setdefault(name, value) != value:
            raise ValueError(f"two groups give {kind} {name!r} two meanings")
