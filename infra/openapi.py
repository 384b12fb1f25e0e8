"""`make openapi`: one OpenAPI document of all public groups."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from infra.groups import entries, fallback, map_owners
from infra.routes import Routes
from shared.group import Group
from shared.services import Services
from shared.settings import VERSION, Settings
from shared.web.app import build_openapi

_DESCRIPTION = (
    "A backend for learning: documents become flashcards that quote their source, reviewed by spaced"
    " repetition. Every operation documents what it costs at most in store operations (`x-store-cost`)"
    " and who may call it (`x-access`)."
)


def public_document(services: Services) -> dict[str, Any]:
    """Describe every public group of the table. Raises ValueError."""
    public = [entry for entry in entries() if not entry.internal]
    return merge([entry.load() for entry in public], services, map_owners(public))


def merge(groups: Sequence[Group], services: Services, routes: Routes[str]) -> dict[str, Any]:
    """Merge the groups' documents.

    Raises ValueError where a group serves a path that leads to another one, where two groups serve one path
    and where they give one schema name two meanings.
    """
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Aksio API", "version": VERSION, "description": _DESCRIPTION},
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


def main() -> None:
    """Write the document of the whole API to the file of the first argument."""
    target = Path(sys.argv[1])
    document = public_document(Services(Settings()))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")
    print(f"{target}: {len(document['paths'])} paths")


if __name__ == "__main__":
    main()
