"""Typed collections: models in, models out."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from shared.store.documents import Document, Ref, check_id
from shared.store.query import Query

M = TypeVar("M", bound=Document)


@dataclass(frozen=True)
class Collection(Generic[M]):
    """A typed collection: `Collection("users/{user}/flashcards", Flashcard)`.

    `only` is the id of the one document of this model, where a collection holds several kinds. A `view`
    reads documents that another collection owns.
    """

    template: str
    model: type[M]
    only: str | None = None
    view: bool = False

    @property
    def kind(self) -> str:
        """The name that it shares with the collections below other parents."""
        return self.template.rsplit("/", 1)[-1]

    def path(self, **parents: str) -> str:
        return _fill_path(self.template, **parents)

    def holds(self, path: str) -> bool:
        """Tell whether a document at this path is one of the model's."""
        *parents, document_id = path.split("/")
        names = self.template.split("/")
        same = all(
            name == parent or name.startswith("{") for name, parent in zip(names, parents, strict=False)
        )
        return len(names) == len(parents) and same and self.only in (None, document_id)

    def doc(self, document_id: str, **parents: str) -> Ref[M]:
        """Return a reference to a document. Raises NotFound for an id that no document can have."""
        return Ref(f"{self.path(**parents)}/{check_id(document_id)}", self.model)

    def query(self, **parents: str) -> Query[M]:
        return Query(collection=self.path(**parents), model=self.model)

    def query_everywhere(self) -> Query[M]:
        """Return a collection-group query, over every parent: equality only, on an indexed field."""
        return Query(collection=self.kind, model=self.model, group=True)


@lru_cache(maxsize=1024)  # a request has one user, and many documents of theirs
def _fill_path(template: str, **parents: str) -> str:
    return template.format(**{name: check_id(value) for name, value in parents.items()})
