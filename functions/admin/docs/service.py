"""The API document in the forms that clients ask for, each made once."""

import gzip
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakKeyDictionary

from functions.admin.docs.errors import ApiDocumentUnavailable
from shared.services import Services

Format = Literal["json", "yaml"]


@dataclass(frozen=True)
class Rendering:
    """One form of the document: its bytes, the same compressed, and an entity tag that both share."""

    content: bytes
    compressed: bytes
    etag: str


_rendered: WeakKeyDictionary[Services, dict[tuple[Format, bool], Rendering]] = WeakKeyDictionary()


def render_document(services: Services, *, form: Format, aliases: bool) -> Rendering:
    """Render the API document. Raises ApiDocumentUnavailable where the deployment has none."""
    document = services.api_document
    if document is None:
        raise ApiDocumentUnavailable
    known = _rendered.setdefault(services, {})
    if (form, aliases) not in known:
        known[form, aliases] = _render(document, form, aliases=aliases)
    return known[form, aliases]


def _render(document: dict[str, Any], form: Format, *, aliases: bool) -> Rendering:
    content = _serialise(document if aliases else _leave_out_aliases(document), form)
    digest = hashlib.sha256(content).hexdigest()[:32]
    return Rendering(content, gzip.compress(content, mtime=0), f'"{digest}"')


def _leave_out_aliases(document: dict[str, Any]) -> dict[str, Any]:
    paths = {
        path: main
        for path, operations in document["paths"].items()
        if (main := {method: each for method, each in operations.items() if not each.get("x-alias")})
    }
    return {**document, "paths": paths}


def _serialise(document: dict[str, Any], form: Format) -> bytes:
    if form == "json":
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    import yaml  # only those who ask for YAML wait for it

    text: str = yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=110)
    return text.encode()
