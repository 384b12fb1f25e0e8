"""One OpenAPI document of every function group, merged."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from infra.groups import entries
from shared.group import Group
from shared.services import Services
from shared.settings import VERSION, Settings
from shared.web.app import openapi_of

_DESCRIPTION = (
    "A backend for learning: documents become flashcards that quote their source, reviewed by spaced"
    " repetition. Every operation documents what it costs at most in store operations (`x-store-cost`)"
    " and who may call it (`x-access`)."
)


def merged(groups: Sequence[Group], services: Services) -> dict[str, Any]:
    """Raises ValueError where two groups serve one path or give one schema name two meanings."""
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Aksio API", "version": VERSION, "description": _DESCRIPTION},
        "servers": [{"url": services.settings.base_url}],
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": {}},
    }
    for group in groups:
        part = openapi_of(group.app(services))
        _join(document["paths"], part.get("paths", {}), "path")
        for section, known in document["components"].items():
            _join(known, part.get("components", {}).get(section, {}), section)
    return document


def _join(known: dict[str, Any], added: dict[str, Any], what: str) -> None:
    for name, value in added.items():
        if known.setdefault(name, value) != value:
            raise ValueError(f"two groups give {what} {name!r} two meanings")


def main() -> None:
    target = Path(sys.argv[1])
    document = merged([entry.load() for entry in entries()], Services(Settings()))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")
    print(f"{target}: {len(document['paths'])} paths")


if __name__ == "__main__":
    main()
