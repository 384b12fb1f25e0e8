"""Tags as they are stored: all of a user in one document, since a page of documents needs their names."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from functions.courses.tags.rules import fold_name
from shared.store import Document


class Tag(BaseModel):
    """A tag. `document_count` changes with the tags of documents."""

    model_config = ConfigDict(frozen=True)

    name: str
    color: str
    document_count: int = 0
    created_at: datetime


class TagBook(Document):
    """All tags of a user by id. Documents hold ids; an id that is not in here is ignored."""

    tags: dict[str, Tag] = Field(default_factory=dict)

    def find_id(self, name: str) -> str | None:
        """Find the id of the tag with this name, ignoring case, width and spacing."""
        folded = fold_name(name)
        return next((tag_id for tag_id, tag in self.tags.items() if fold_name(tag.name) == folded), None)

    def add_tag(self, tag_id: str, tag: Tag) -> "TagBook":
        """Add or replace a tag."""
        return self.model_copy(update={"tags": {**self.tags, tag_id: tag}})

    def remove_tag(self, tag_id: str) -> "TagBook":
        """Remove a tag."""
        others = {each: tag for each, tag in self.tags.items() if each != tag_id}
        return self.model_copy(update={"tags": others})

    def apply_counts(self, changes: Mapping[str, int]) -> "TagBook":
        """Apply changes of document counts by tag id; deleted tags are ignored."""
        tags = {
            tag_id: tag.model_copy(
                update={"document_count": max(0, tag.document_count + changes.get(tag_id, 0))}
            )
            for tag_id, tag in self.tags.items()
        }
        return self.model_copy(update={"tags": tags})
