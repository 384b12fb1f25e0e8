"""A section as it is stored, below its course."""

from datetime import datetime

from shared.store import Document


class Section(Document):
    course: str
    title: str
    description: str = ""
    order: int
    created_at: datetime
    updated_at: datetime
