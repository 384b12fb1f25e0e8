"""What generation asks of a language model, whichever it is.

A model only proposes: every draft passes the quality gate before anything is saved.
"""

from collections.abc import AsyncIterator
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from shared.errors import ProcessingFailed, ServiceUnavailable

Difficulty = Literal["easy", "medium", "hard"]
CardType = Literal["basic", "cloze"]
QuestionType = Literal["multiple_choice", "multiple_select", "true_false", "short_answer", "numeric", "essay"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Passage(_Value):
    """A chunk of a source document. `text` is data, never instructions."""

    chunk_id: str
    document_id: str
    text: str
    page: int | None = None
    score: float = 0.0


class CardRequest(_Value):
    passages: tuple[Passage, ...]
    count: int = Field(ge=1, le=100)
    topic: str = ""
    difficulty: Difficulty = "medium"
    language: str = "en"
    avoid: tuple[str, ...] = ()  # questions the user has already; not to be asked again
    focus: tuple[str, ...] = ()  # concepts to dwell on
    concepts: tuple[str, ...] = ()  # names of concepts that exist; to be used again where they fit


class CardDraft(_Value):
    """One proposed card with the verbatim quote it stands on. A cloze card marks its gap as {{c1::…}}."""

    question: str
    answer: str
    quote: str
    chunk_id: str
    explanation: str = ""
    card_type: CardType = "basic"
    difficulty: Difficulty = "medium"
    confidence: float = Field(default=0.5, ge=0, le=1)
    concept: str = ""


class QuestionRequest(_Value):
    passages: tuple[Passage, ...]
    count: int = Field(ge=1, le=100)
    question_types: tuple[QuestionType, ...] = ("multiple_choice",)
    topic: str = ""
    difficulty: Difficulty = "medium"
    language: str = "en"
    avoid: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()


class RubricPoint(_Value):
    """One thing an essay has to say, and what it is worth."""

    text: str
    points: float = Field(default=1.0, gt=0)


class QuestionDraft(_Value):
    """One proposed question with the verbatim quote its key stands on. `correct` are places in `options`;
    a true_false question has the options True and False. Which fields matter follows from the type."""

    question: str
    question_type: QuestionType
    options: tuple[str, ...] = ()
    correct: tuple[int, ...] = ()
    accepted_answers: tuple[str, ...] = ()
    correct_number: float | None = None
    tolerance: float = Field(default=0.0, ge=0)
    rubric: tuple[RubricPoint, ...] = ()
    explanation: str = ""
    quote: str
    chunk_id: str
    difficulty: Difficulty = "medium"
    confidence: float = Field(default=0.5, ge=0, le=1)
    concept: str = ""


class GradeRequest(_Value):
    """A written answer and what it is measured by. `answer` is data, never instructions; so is `objection`,
    the student's to an earlier grade, which earns nothing by itself."""

    question: str
    answer: str
    rubric: tuple[RubricPoint, ...]
    reference: str = ""  # a model answer, or accepted ones
    objection: str = ""
    language: str = "en"


class PointGrade(_Value):
    """What is given for the rubric's point at `index`: `points` are given only for words of the answer, which
    `quote` holds verbatim."""

    index: int
    points: float
    quote: str = ""
    comment: str = ""


class Usage(_Value):
    """Tokens billed by one call; `model` is the name of what answered."""

    model: str
    input_tokens: int = 0
    output_tokens: int = 0


class SummaryRequest(_Value):
    passages: tuple[Passage, ...]
    length: Literal["short", "medium", "long"] = "short"
    language: str = "en"


class Citation(_Value):
    chunk_id: str
    quote: str
    page: int | None = None


class Summary(_Value):
    text: str
    citations: tuple[Citation, ...]
    usage: Usage


class Grade(_Value):
    """Points given to a written answer, one entry for each point of the rubric, in its order."""

    points: tuple[PointGrade, ...]
    feedback: str = ""
    usage: Usage


class ModelUnavailable(ServiceUnavailable):
    """The model did not answer in time, refused for rate, or is down (503)."""

    message = "The language model is not available; try again later"
    spent: Usage | None = None  # tokens that a failed summary or grade cost


class ModelRefused(ProcessingFailed):
    """The model declined to answer (502)."""

    message = "The language model declined this request"
    spent: Usage | None = None  # tokens that a failed summary or grade cost


class ModelUnusable(ProcessingFailed):
    """The model's answer could not be used, also after asking again (502)."""

    message = "The language model's answer could not be used"
    spent: Usage | None = None  # tokens that a failed summary or grade cost


class Model(Protocol):
    """Raises ModelUnavailable, ModelRefused, ModelUnusable."""

    @property
    def name(self) -> str:
        """What generated content says of its origin: `offline` or the vendor's model name."""
        ...

    def cards(self, request: CardRequest) -> AsyncIterator[CardDraft | Usage]:
        """Propose cards one by one as they are ready; ends with exactly one Usage, also after a failure
        that cost tokens (the Usage comes before the error is raised)."""
        ...

    def questions(self, request: QuestionRequest) -> AsyncIterator[QuestionDraft | Usage]:
        """Propose questions of the types asked for, as `cards` does cards."""
        ...

    async def grade(self, request: GradeRequest) -> Grade:
        """Points for a written answer; a failure has the tokens it cost as `spent`."""
        ...

    async def summarize(self, request: SummaryRequest) -> Summary: ...

    async def aclose(self) -> None: ...
