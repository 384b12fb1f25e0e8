"""Orders of summaries as jobs store them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class SummaryOrder(BaseModel):
    """A summary to write; `language` is a BCP 47 tag."""

    model_config = ConfigDict(frozen=True)

    course: str
    document: str
    length: Literal["short", "medium", "long"]
    language: str
