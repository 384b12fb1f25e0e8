"""Stored documents and references to them, typed by their model."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.errors import NotFound, ServiceUnavailable
from shared.store.values import Raw, to_stored

# Firestore's document ids, without characters that need escaping in paths and logs.
_ID = re.compile(r"(?!\.{1,2}$)(?!__.*__$)[A-Za-z0-9._@:+~-]{1,200}", re.ASCII)
VERSION_FIELD = "schema_version"

_log = logging.getLogger(__name__)

Upgrade = Callable[[Raw], Raw]


class Document(BaseModel):
    """A stored document. `id` is its name in the collection and is not stored in its fields.

    Fields that a model does not declare, its nested models' included, stay with the loaded object and its
    copies (`model_copy`) and are saved with it. A model whose meaning changes raises `schema_version` and
    adds to `upgrades` the pure function that leads from the version before; see docs/architecture.md.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: ClassVar[int] = 1
    upgrades: ClassVar[Mapping[int, Upgrade]] = {}

    id: str


M = TypeVar("M", bound=Document)


class UnreadableDocument(ServiceUnavailable):
    """Another version stored this document in a form that this one cannot read (503)."""

    message = "This was stored by another version of the service; try again in a few minutes"


@dataclass(frozen=True)
class Ref(Generic[M]):
    """A reference to one document."""

    path: str
    model: type[M]

    @property
    def id(self) -> str:
        return self.path.rsplit("/", 1)[1]

    def load(self, raw: Raw | None) -> M | None:
        """Return the document of these fields, None without. Raises UnreadableDocument."""
        return None if raw is None else load_document(self.model, self.path, raw)


@lru_cache(maxsize=4096)
def check_id(value: str) -> str:
    """Return the id if it can name a document. Raises NotFound."""
    if not _ID.fullmatch(value):
        raise NotFound
    return value


def load_document(model: type[M], path: str, raw: Raw) -> M:
    """Return the document of these fields, upgraded if need be; unknown fields stay with it.

    Raises UnreadableDocument and logs path and fields, no content.
    """
    try:
        fields = upgrade_fields(model, raw)
        return model.model_validate({**fields, "id": path.rsplit("/", 1)[1]}, extra="allow")
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        found = {"path": path, "model": model.__name__, "errors": list(_describe(error))}
        _log.warning("unreadable document", extra={"fields": found})
        raise UnreadableDocument from None  # the error's text holds content


def upgrade_fields(model: type[Document], raw: Raw) -> Raw:
    """Return the fields as the model's version has them, without the version's own field.

    Raises ValueError for fields of a newer version.
    """
    version = raw.get(VERSION_FIELD, 1)
    if version == model.schema_version == 1:
        return raw
    if version > model.schema_version:
        raise ValueError(f"version {version} is newer than {model.schema_version}")
    fields = {name: value for name, value in raw.items() if name != VERSION_FIELD}
    for number in range(version, model.schema_version):
        fields = model.upgrades[number](fields)
    return fields


def dump_document(document: Document) -> dict[str, Any]:
    """Return the fields to store: the model's, those it does not know, and a version above 1."""
    fields: dict[str, Any] = to_stored(document)
    del fields["id"]
    if document.schema_version > 1:
        fields[VERSION_FIELD] = document.schema_version
    return fields


def _describe(error: Exception) -> Iterator[str]:
    if not isinstance(error, ValidationError):
        yield type(error).__name__
        return
    for found in error.errors(include_url=False, include_context=False, include_input=False):
        yield f"{found['loc'][0] if found['loc'] else ''}: {found['type']}"
