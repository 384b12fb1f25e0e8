"""All tags of a user in one document: their number is bounded, and a page of documents needs their names."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from functions.courses.tags.rules import fold_name
from shared.store import Document


class Tag(BaseModel):
    """`document_count` is kept up with each change of a document's tags."""

    model_config = ConfigDict(frozen=True)

    name: str
    color: str
    document_count: int = 0
    created_at: datetime


class TagBook(Document):
    """The tags by id. Documents hold ids; an id that stands here no more counts for nothing."""

    tags: dict[str, Tag] = Field(default_factory=dict)

    def find_id(self, name: str) -> str | None:
        wanted = fold_name(name)
        return next((tag_id for tag_id, tag in self.tags.items() if fold_name(tag.name) == wanted), None)

    def add_tag(self, tag_id: str, tag: Tag) -> "TagBook":
        return self.model_copy(update={"tags": {**self.tags, tag_id: tag}})

    def remove_tag(self, tag_id: str) -> "TagBook":
        kept = {each: tag for each, tag in self.tags.items() if each != tag_id}
        return self.model_copy(update={"tags": kept})

    def apply_counts(self, changes: Mapping[str, int]) -> "TagBook":
        """With the changes of the documents that each tag has; tags that are gone are passed over."""
        counted = {
            tag_id: tag.model_copy(
                update={"document_count": max(0, tag.document_count + changes.get(tag_id, 0))}
            )
            for tag_id, tag in self.tags.items()
        }
        return self.model_copy(update={"tags": counted})
