"""Typed collections: models in, models out."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.store.documents import Document, Ref, check_id
from shared.store.query import Query

M = TypeVar("M", bound=Document)


@dataclass(frozen=True)
class Collection(Generic[M]):
    """A typed collection: `Collection("users/{user}/flashcards", Flashcard)`."""

    template: str
    model: type[M]

    def path(self, **parents: str) -> str:
        return self.template.format(**{name: check_id(value) for name, value in parents.items()})

    def doc(self, document_id: str, **parents: str) -> Ref[M]:
        """Return a reference to a document. Raises NotFound for an id that no document can have."""
        return Ref(f"{self.path(**parents)}/{check_id(document_id)}", self.model)

    def query(self, **parents: str) -> Query[M]:
        return Query(collection=self.path(**parents), model=self.model)

    def query_everywhere(self) -> Query[M]:
        """Return a collection-group query, over every parent: equality only, on an indexed field."""
        return Query(collection=self.template.rsplit("/", 1)[1], model=self.model, group=True)
