"""Bodies and answers of generation."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from functions.assessments.cards.models import Citation
from shared.model.protocol import Difficulty
from shared.web.schemas import Body, DocumentId, View

Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", max_length=35)]


class GenerateCards(Body):
    """Cards on a topic, or over whole documents; without documents every processed one of the course."""

    course_id: DocumentId
    topic: Annotated[str, StringConstraints(max_length=300)] = ""
    count: Annotated[int, Field(ge=1, le=50, strict=True)] = 5
    document_ids: Annotated[tuple[DocumentId, ...], Field(max_length=30)] = ()
    difficulty_level: Difficulty = "medium"
    language: Language = "en"

    @model_validator(mode="after")
    def _something_to_go_by(self) -> "GenerateCards":
        if not self.topic and not self.document_ids:
            raise ValueError("name a topic or documents")
        return self

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "course_id": "6f9b2c1e-6f0a-4f7e-9d58-1c2f7f0f3b11",
                    "topic": "Photosynthesis",
                    "count": 5,
                    "document_ids": ["0b7e2f86-2a34-4f1b-8a86-3d9a6f1d2c55"],
                    "difficulty_level": "medium",
                    "language": "en",
                }
            ]
        }
    )


class GeneratedCard(View):
    """`citation.quote` stands in the document word for word."""

    id: str
    question: str
    answer: str
    explanation: str
    card_type: str
    difficulty_level: Difficulty
    confidence: float
    generator: str
    citation: Citation


class GateReport(View):
    """How many drafts the model proposed and how many each rule of the quality gate dropped."""

    generator: str
    proposed: int
    accepted: int
    dropped: dict[str, int]
    tokens: int


class GeneratedCards(View):
    """`generator` says which model wrote the cards; `offline` is the built-in extractive one."""

    flashcards: list[GeneratedCard]
    confidence: float
    agent_metadata: GateReport
