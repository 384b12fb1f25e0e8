"""Request and response bodies of flashcards."""

from datetime import date
from typing import Annotated, Any, ClassVar, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    TypeAdapter,
    ValidatorFunctionWrapHandler,
)
from pydantic.functional_validators import WrapValidator

from functions.assessments.flashcards.cards.models import (
    CardType,
    Citation,
    CitationState,
    Difficulty,
    Flashcard,
    Mastery,
    Source,
    Status,
)
from functions.assessments.flashcards.cards.rules import compute_next_review, is_leech
from shared.web.schemas import Body, DocumentId, Instant, Normalised, View

MAX_CARDS = 500

CardText = Annotated[str, StringConstraints(min_length=1, max_length=5000)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=50), Normalised]


def _drop_duplicates(tags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tags))


Tags = Annotated[tuple[Tag, ...], Field(max_length=20), AfterValidator(_drop_duplicates)]

_EXAMPLE: dict[str, JsonValue] = {
    "course": "7d9f2c1e-5f0a-4c55-9c8e-2f8d3a1b6c70",
    "question": "What is the capital of France?",
    "answer": "Paris",
    "difficulty_level": "easy",
    "tags": ["geography", "europe"],
    "explanation": "Paris is the capital and largest city of France.",
}


class _EditableFields(Body):
    """Fields that the user may set; those of the server may be sent back and are ignored."""

    read_only: ClassVar[frozenset[str]] = frozenset(
        {
            "id", "ease_factor", "interval_days", "repetitions", "next_review_date", "last_reviewed",
            "total_reviews", "success_rate", "lapses", "leech", "stability", "fsrs_difficulty", "mastery",
            "buried_until", "source", "citation",
            "confidence", "generator", "created_at", "updated_at",
        }
    )  # fmt: skip

    difficulty_level: Difficulty = "medium"
    tags: Tags = ()
    explanation: Annotated[str, StringConstraints(max_length=5000)] = ""
    card_type: CardType = "basic"
    concept: Annotated[str, StringConstraints(max_length=200)] = ""
    status: Status = "active"


class FlashcardIn(_EditableFields):
    """A new flashcard."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    course: DocumentId
    question: CardText
    answer: CardText


class FlashcardPatch(_EditableFields):
    """A change of the fields that are sent."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"difficulty_level": "hard", "tags": ["exam"]}]}
    )

    course: DocumentId = Field(default_factory=str)
    question: CardText = Field(default_factory=str)
    answer: CardText = Field(default_factory=str)


_MANY = TypeAdapter(Annotated[list[FlashcardIn], Field(min_length=1, max_length=MAX_CARDS)])


def _validate_one_or_many(value: Any, _: ValidatorFunctionWrapHandler) -> FlashcardIn | list[FlashcardIn]:
    """Decide by the value, so that errors name `question` or `3.question` and nothing else."""
    return _MANY.validate_python(value) if isinstance(value, list) else FlashcardIn.model_validate(value)


OneOrMany = Annotated[
    FlashcardIn | Annotated[list[FlashcardIn], Field(min_length=1, max_length=MAX_CARDS)],
    WrapValidator(_validate_one_or_many),
]


class FlashcardCitation(View):
    """A verbatim quote of a source that supports the card.

    `state` is `changed` or `gone` if the newest version of the document has the words otherwise, or not at
    all.
    """

    document_id: str
    chunk_id: str
    quote: str
    page: int | None
    document_name: str | None
    document_version: int
    state: CitationState

    @classmethod
    def of(cls, citation: Citation | None) -> Self | None:
        return cls(**citation.model_dump()) if citation else None


class FlashcardView(View):
    """A flashcard with its schedule; `next_review_date` is the start of the user's day on which it is due.

    `stability`, in days, and `fsrs_difficulty`, 1 to 10, are FSRS's memory. A `leech` lapsed eight times.
    """

    id: str
    course: str
    question: str
    answer: str
    difficulty_level: Difficulty
    tags: tuple[str, ...]
    explanation: str
    card_type: CardType
    concept: str
    status: Status
    ease_factor: float = Field(examples=[2.5])
    interval_days: int
    repetitions: int
    next_review_date: Instant
    last_reviewed: Instant | None
    total_reviews: int
    success_rate: float
    lapses: int
    leech: bool
    stability: float | None
    fsrs_difficulty: float | None
    mastery: Mastery
    buried_until: date | None
    source: Source
    citation: FlashcardCitation | None
    confidence: float | None
    generator: str | None
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, card: Flashcard, zone: ZoneInfo) -> Self:
        schedule = card.schedule
        derived = {
            "citation": FlashcardCitation.of(card.citation),
            "ease_factor": round(schedule.ease_factor, 4),
            "interval_days": schedule.interval_days,
            "repetitions": schedule.repetitions,
            "next_review_date": compute_next_review(card, zone),
            "last_reviewed": schedule.last_reviewed,
            "total_reviews": schedule.total_reviews,
            "success_rate": schedule.success_rate,
            "lapses": schedule.lapses,
            "leech": is_leech(schedule),
            "stability": _round(schedule.stability),
            "fsrs_difficulty": _round(schedule.difficulty),
        }
        return cls(**vars(card) | derived)  # fields of the card that are not the view's are left out


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
