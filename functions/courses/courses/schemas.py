"""Public bodies and answers of courses."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, StrictFloat, StrictInt, StringConstraints

from functions.courses.courses.models import Course
from functions.courses.courses.rules import CardNumbers, is_language
from shared.language import say, template
from shared.web.problems import describe_pattern
from shared.web.schemas import Body, InputDate, Instant, LongText, Name, ShortText, View

_InBounds = Field(ge=0, le=1000)
Credits = Annotated[StrictInt, _InBounds] | Annotated[StrictFloat, _InBounds]
_NO_LANGUAGE = template("Write the name of a language, or a language tag such as en-GB")
_COLOR = describe_pattern(r"^#[0-9A-Fa-f]{6}$", "Write a color as #RRGGBB, such as #3B82F6")

Color = Annotated[str, StringConstraints(pattern=_COLOR)]


def _check_language(text: str) -> str:
    if text and not is_language(text):
        raise ValueError(say(_NO_LANGUAGE, code="invalid_format"))
    return text


LanguageName = Annotated[str, StringConstraints(max_length=60), AfterValidator(_check_language)]


class CourseBody(Body):
    """A course. Only `name` is required."""

    read_only: ClassVar = frozenset(
        {"id", "document_count", "flashcard_count", "due_count", "created_at", "updated_at"}
    )

    name: Name = Field(examples=["Advanced Calculus"])
    description: LongText = Field(default="", examples=["Limits, derivatives and integrals"])
    university: ShortText = Field(default="", examples=["MIT"])
    course_code: ShortText = Field(default="", examples=["MATH-401"])
    semester: ShortText = Field(default="", examples=["Spring 2024"])
    academic_year: ShortText = Field(default="", examples=["2023-2024"])
    credits: Credits | None = Field(default=None, examples=[4])
    language: LanguageName = Field(default="", examples=["English"])
    subject_area: ShortText = Field(default="", examples=["Mathematics"])
    difficulty_level: ShortText = Field(default="", examples=["advanced"])
    color: Color | None = Field(default=None, examples=["#3B82F6"])
    icon: Annotated[str, StringConstraints(max_length=32)] = Field(default="", examples=["📚"])
    start_date: InputDate | None = Field(default=None, examples=["2024-01-20"])
    end_date: InputDate | None = Field(default=None, examples=["2024-05-15"])
    exam_date: InputDate | None = Field(default=None, examples=["2024-05-20"])


class CoursePatch(CourseBody):
    """Changes of a course: only the fields sent."""

    name: Name = Field(default="", examples=["Advanced Calculus"])


class CourseView(View):
    """A course with the numbers of its documents and flashcards."""

    id: str
    name: str
    description: str
    university: str
    course_code: str
    semester: str
    academic_year: str
    credits: int | float | None
    language: str
    subject_area: str
    difficulty_level: str
    color: str | None
    icon: str
    start_date: date | None
    end_date: date | None
    exam_date: date | None
    document_count: int
    flashcard_count: int
    due_count: int
    created_at: Instant
    updated_at: Instant


def course_view(course: Course, cards: CardNumbers) -> CourseView:
    """Build the public view of a course; the numbers of cards come from another group's summary."""
    fields = course.model_dump(exclude={"search_terms"})
    return CourseView(**fields, flashcard_count=cards.total, due_count=cards.due)
