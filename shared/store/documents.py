"""Stored documents and references to them, typed by their model."""

import re
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from shared.errors import NotFound
from shared.store.values import Raw, to_stored

# Firestore's document ids, without characters that need escaping in paths and logs.
_ID = re.compile(r"(?!\.{1,2}$)(?!__.*__$)[A-Za-z0-9._@:+~-]{1,200}", re.ASCII)


class Document(BaseModel):
    """A stored document. `id` is its name in the collection and is not stored in its fields.

    A changed model upgrades stored documents in a `model_validator(mode="before")`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str


M = TypeVar("M", bound=Document)


@dataclass(frozen=True)
class Ref(Generic[M]):
    """A reference to one document."""

    path: str
    model: type[M]

    @property
    def id(self) -> str:
        return self.path.rsplit("/", 1)[1]

    def load(self, raw: Raw | None) -> M | None:
        return None if raw is None else self.model.model_validate({**raw, "id": self.id})


def check_id(value: str) -> str:
    """Return the id if it can name a document. Raises NotFound."""
    if not _ID.fullmatch(value):
        raise NotFound
    return value


def dump_document(document: Document) -> dict[str, Any]:
    """Return the fields to store; the id is part of the path."""
    fields: dict[str, Any] = to_stored(document.model_dump(exclude={"id"}))
    return fields
