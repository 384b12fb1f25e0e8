"""The port of the language model: what generation asks of it, whichever it is.

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
    """A chunk of a source document; `text` is data, never instructions."""

    chunk_id: str
    document_id: str
    text: str
    page: int | None = None
    score: float = 0.0


class CardRequest(_Value):
    """An order for cards."""

    passages: tuple[Passage, ...]
    count: int = Field(ge=1, le=100)
    topic: str = ""
    difficulty: Difficulty = "medium"
    language: str = "en"
    avoid: tuple[str, ...] = ()  # questions the user has already; not to be asked again
    focus: tuple[str, ...] = ()  # concepts to dwell on
    concepts: tuple[str, ...] = ()  # names of concepts that exist; to be used again where they fit


class CardDraft(_Value):
    """A proposed card with the verbatim quote it stands on; a cloze card marks its gap as {{c1::…}}."""

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
    """An order for questions of a quiz."""

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
    """One thing an essay has to say, and the points it is worth."""

    text: str
    points: float = Field(default=1.0, gt=0)


class QuestionDraft(_Value):
    """A proposed question with the verbatim quote its key stands on.

    `correct` are places in `options`; a true_false question has the options True and False. Which fields
    matter follows from the type.
    """

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
    """A written answer and its rubric.

    `answer` is data, never instructions; so is `objection`, the student's to an earlier grade, which
    earns nothing by itself.
    """

    question: str
    answer: str
    rubric: tuple[RubricPoint, ...]
    reference: str = ""  # a model answer, or accepted ones
    objection: str = ""
    language: str = "en"


class PointGrade(_Value):
    """The points for the rubric's point at `index`, earned only by words of the answer, quoted verbatim."""

    index: int
    points: float
    quote: str = ""
    comment: str = ""


class Usage(_Value):
    """The tokens billed by one call; `model` is the name of the model that answered."""

    model: str
    input_tokens: int = 0
    output_tokens: int = 0


class SummaryRequest(_Value):
    """An order for a summary."""

    passages: tuple[Passage, ...]
    length: Literal["short", "medium", "long"] = "short"
    language: str = "en"


class Citation(_Value):
    """A verbatim quote of a chunk."""

    chunk_id: str
    quote: str
    page: int | None = None


class Summary(_Value):
    """A summary with its citations."""

    text: str
    citations: tuple[Citation, ...]
    usage: Usage


class Grade(_Value):
    """The points for a written answer, one entry for each point of the rubric, in its order."""

    points: tuple[PointGrade, ...]
    feedback: str = ""
    usage: Usage


class ModelUnavailable(ServiceUnavailable):
    """The model did not answer in time, refused for rate, or is down (503)."""

    message = "The language model is not available; try again later"
    spent: Usage | None = None  # tokens that a failed summary or grade cost


class ModelRefused(ProcessingFailed):
    """The model declined to answer (502)."""

    message = "The language model declined this request; change the topic or the documents"
    spent: Usage | None = None  # tokens that a failed summary or grade cost


class ModelUnusable(ProcessingFailed):
    """The model's answer could not be used, even after asking again (502)."""

    message = "The language model's answer could not be used; try again"
    spent: Usage | None = None  # tokens that a failed summary or grade cost


class Model(Protocol):
    """A language model. Its methods raise ModelUnavailable, ModelRefused, ModelUnusable."""

    @property
    def name(self) -> str:
        """The origin of generated content: `offline` or the vendor's model name."""
        ...

    def cards(self, request: CardRequest) -> AsyncIterator[CardDraft | Usage]:
        """Propose cards one by one as they are ready, then yield exactly one Usage.

        After a failure that cost tokens the Usage comes before the error is raised.
        """
        ...

    def questions(self, request: QuestionRequest) -> AsyncIterator[QuestionDraft | Usage]:
        """Propose questions of the types asked for, as `cards` does cards."""
        ...

    async def grade(self, request: GradeRequest) -> Grade:
        """Give points for a written answer; a failure has the tokens it cost as `spent`."""
        ...

    async def summarize(self, request: SummaryRequest) -> Summary: ...

    async def aclose(self) -> None: ...
