"""Sections as they are stored, below their course."""

from datetime import datetime

from shared.store import Document


class Section(Document):
    """A section. `order` need not be unique."""

    course: str
    title: str
    description: str = ""
    order: int
    created_at: datetime
    updated_at: datetime
