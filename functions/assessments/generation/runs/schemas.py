"""Request and response bodies of generation."""

from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from functions.assessments.flashcards.cards.models import Citation
from functions.assessments.generation.assessments.schemas import Topic
from shared.language import say
from shared.model.protocol import Difficulty, QuestionType
from shared.web.problems import describe_pattern
from shared.web.schemas import Body, DocumentId, View

_LANGUAGE = describe_pattern(
    r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", "Write auto, or a language tag such as en or de-AT"
)
_NO_SUBJECT = say("Name a topic, or at least one document", code="required")
_NO_ITEMS = say("Ask for at least one flashcard or quiz question", code="too_small")

Language = Annotated[str, StringConstraints(pattern=_LANGUAGE, max_length=35)]  # `auto`: of the documents
DocumentIds = Annotated[tuple[DocumentId, ...], Field(max_length=30)]
QuestionTypes = Annotated[
    tuple[QuestionType, ...],
    Field(min_length=1, max_length=10),
    AfterValidator(lambda types: tuple(dict.fromkeys(types))),
]


class _OrderBody(Body):
    """The subject of an order: a topic, or whole documents of a course."""

    course_id: DocumentId
    topic: Topic = ""
    document_ids: DocumentIds = ()
    language: Language = "en"

    @model_validator(mode="after")
    def _require_subject(self) -> Self:
        if not self.topic and not self.document_ids:
            raise ValueError(_NO_SUBJECT)
        return self


class GenerateCards(_OrderBody):
    """An order of flashcards on a topic, or on whole documents.

    Without documents, the newest processed ones of the course are used.
    """

    count: Annotated[int, Field(ge=1, le=50, strict=True)] = 5
    difficulty_level: Difficulty = "medium"

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


class GenerateQuiz(_OrderBody):
    """An order of a quiz on a topic, or on whole documents.

    Without documents, the newest processed ones of the course are used.
    """

    question_count: Annotated[int, Field(ge=1, le=50, strict=True)] = 10
    question_types: QuestionTypes = ("multiple_choice",)
    difficulty: Difficulty = "medium"
    title: Annotated[str, StringConstraints(max_length=200)] = ""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "course_id": "6f9b2c1e-6f0a-4f7e-9d58-1c2f7f0f3b11",
                    "topic": "Photosynthesis",
                    "question_count": 10,
                    "difficulty": "medium",
                    "question_types": ["multiple_choice", "true_false", "short_answer"],
                    "document_ids": ["0b7e2f86-2a34-4f1b-8a86-3d9a6f1d2c55"],
                }
            ]
        }
    )


_ItemCount = Annotated[int, Field(ge=0, le=50, strict=True)]


class GenerateContent(Body):
    """An order of flashcards and a quiz for an assessment; `content` names points to emphasise.

    `use_adaptive` adapts difficulty and focus to the user's own results: weak concepts come more often.
    """

    topic: Topic = ""
    content: Annotated[str, Field(max_length=2000)] = ""
    document_ids: DocumentIds = ()
    use_adaptive: bool = Field(default=False, strict=True)
    flashcard_count: _ItemCount = 10
    quiz_questions: _ItemCount = 10
    question_types: QuestionTypes = ("multiple_choice",)
    difficulty_level: Difficulty = "medium"
    language: Language = "en"

    @model_validator(mode="after")
    def _require_items(self) -> Self:
        if not self.flashcard_count + self.quiz_questions:
            raise ValueError(_NO_ITEMS)
        return self

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "topic": "Calculus Derivatives",
                    "content": "Focus on power rule, product rule, and chain rule",
                    "document_ids": ["0b7e2f86-2a34-4f1b-8a86-3d9a6f1d2c55"],
                    "use_adaptive": True,
                    "flashcard_count": 20,
                    "quiz_questions": 15,
                    "difficulty_level": "medium",
                }
            ]
        }
    )


class GeneratedCard(View):
    """A generated flashcard; `citation.quote` is in the document word for word."""

    id: str
    question: str
    answer: str
    explanation: str
    card_type: str
    difficulty_level: Difficulty
    confidence: float
    generator: str
    citation: Citation


class GeneratedQuestion(View):
    """A generated question; `correct_answer` is in words for every type.

    `citation.quote` is in the document word for word.
    """

    id: str
    question_text: str
    question_type: QuestionType
    points: float
    options: list[str]
    correct_answer: str
    explanation: str
    difficulty_level: Difficulty
    confidence: float
    generator: str
    citation: Citation


class GateReport(View):
    """The numbers of drafts that the model proposed and that the quality gate accepted.

    `dropped` and `dropped_share` give the number and the share of drafts that each rule dropped.
    """

    generator: str
    proposed: int
    accepted: int
    dropped: dict[str, int]
    dropped_share: dict[str, float]
    tokens: int


class GeneratedCards(View):
    """The saved flashcards; `generator` names the model, `offline` is the built-in extractive one."""

    flashcards: list[GeneratedCard]
    confidence: float
    agent_metadata: GateReport


class CardsMade(View):
    """The flashcards generated for an assessment."""

    count: int
    flashcards: list[GeneratedCard]
    confidence: float


class QuizMade(View):
    """The quiz generated for an assessment."""

    quiz_id: str
    title: str
    question_count: int
    questions: list[GeneratedQuestion]
    confidence: float


class GeneratedQuiz(QuizMade):
    """The saved quiz."""

    agent_metadata: GateReport


class ContentMade(View):
    """The generated content; a part that was not ordered, or that has no items, is null."""

    flashcards: CardsMade | None
    quiz: QuizMade | None


class ContentAnalysis(View):
    """The concepts and difficulties of the accepted items."""

    topics_identified: list[str]
    difficulty_distribution: dict[Difficulty, int]


class AdaptiveAdjustments(View):
    """The changes to an order that follow from the user's own results."""

    difficulty_increased: bool
    difficulty_decreased: bool
    focus_areas: list[str]


class AgentReport(GateReport):
    """The report on one part of the content; `processing_time_ms` is the time that the model took."""

    agent_used: str
    processing_time_ms: int
    content_analysis: ContentAnalysis
    adaptive_adjustments: AdaptiveAdjustments | None


class ContentReports(View):
    """The reports on both parts of the content; null for a part that was not ordered."""

    flashcard_generation: AgentReport | None
    quiz_generation: AgentReport | None


class GeneratedContent(View):
    """The saved content of an assessment."""

    message: str
    assessment_id: str
    status: str
    generated_content: ContentMade
    agent_metadata: ContentReports
