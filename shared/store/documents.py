"""Typed collections: models in, models out."""

import re
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from shared.errors import NotFound
from shared.store.query import Query
from shared.store.values import Raw, to_stored

# What Firestore takes as a document id, less what would need escaping in paths and logs.
_ID = re.compile(r"(?!\.{1,2}$)(?!__.*__$)[A-Za-z0-9._@:+~-]{1,200}", re.ASCII)


class Document(BaseModel):
    """A stored document. `id` is its name in the collection and is not stored in its fields.

    A change of a model brings its upgrade as a `model_validator(mode="before")`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str


M = TypeVar("M", bound=Document)


@dataclass(frozen=True)
class Ref(Generic[M]):
    """The place of one document."""

    path: str
    model: type[M]

    @property
    def id(self) -> str:
        return self.path.rsplit("/", 1)[1]

    def load(self, raw: Raw | None) -> M | None:
        return None if raw is None else self.model.model_validate({**raw, "id": self.id})


@dataclass(frozen=True)
class Collection(Generic[M]):
    """`Collection("users/{user}/flashcards", Flashcard)`: a user's data lives under `users/{user}`."""

    template: str
    model: type[M]

    def path(self, **parents: str) -> str:
        return self.template.format(**{name: checked_id(value) for name, value in parents.items()})

    def doc(self, document_id: str, **parents: str) -> Ref[M]:
        """Raises NotFound for an id that no document can have."""
        return Ref(f"{self.path(**parents)}/{checked_id(document_id)}", self.model)

    def query(self, **parents: str) -> Query[M]:
        return Query(collection=self.path(**parents), model=self.model)

    def everywhere(self) -> Query[M]:
        """A collection-group query: over every parent. Equality only, on an exempted field."""
        return Query(collection=self.template.rsplit("/", 1)[1], model=self.model, group=True)


def checked_id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise NotFound
    return value


def dump(document: Document) -> dict[str, Any]:
    fields: dict[str, Any] = to_stored(document.model_dump(exclude={"id"}))
    return fields
