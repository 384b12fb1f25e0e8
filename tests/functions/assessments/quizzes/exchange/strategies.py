"""Hypothesis strategies for quizzes with all types of questions and special characters."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from functions.assessments.flashcards.cards.models import Citation
from functions.assessments.quizzes.questions.composition import compose_content
from functions.assessments.quizzes.questions.models import Question, QuestionContent, QuestionType
from functions.assessments.quizzes.questions.rules import normalise_text
from functions.assessments.quizzes.quizzes.models import Quiz

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KINDS: tuple[QuestionType, ...] = (
    "multiple_choice", "multiple_select", "true_false", "short_answer", "numeric", "essay", "code",
)  # fmt: skip

# Pieces that mean something in GIFT, XML or JSON, and characters that look alike.
_PIECES = (
    "~", "=", "#", "{", "}", ":", "\\", "\\n", "::", "####", "->", "%50%", "%", "//", "$CATEGORY:", "[html]",
    "[plain]", "[x]", "<b>", "</p>", "<script>alert(1)</script>", "&lt;", "&amp;", "&", "<!--", "]]>", '"',
    "'", "T", "TRUE", "_____", "\n", "é", "∑", "🧪", "\u202e", "\u00a0", "a", "Paris", "2x", " ",
)  # fmt: skip
_TEXTS = st.lists(
    st.one_of(
        st.sampled_from(_PIECES),
        st.characters(exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="\ufeff"),
    ),
    min_size=1,
    max_size=8,
).map(lambda pieces: tidy_spaces("".join(pieces)))


def tidy_spaces(text: str) -> str:
    """Normalise white space as XHTML does, so that every format can represent it."""
    lines = [" ".join(part for part in line.split(" ") if part) for line in text.split("\n")]
    return "\n".join(line for line in lines if line).strip()


def texts(most: int = 60) -> st.SearchStrategy[str]:
    return _TEXTS.map(lambda text: tidy_spaces(text[:most])).filter(bool)


_LINE = texts(40).map(lambda text: text.replace("\n", " "))
_TAG = _LINE.map(lambda text: unicodedata.normalize("NFC", text)).filter(bool)  # as tags are stored
_FINITE = st.floats(-1e12, 1e12, allow_nan=False)
_POINTS = st.sampled_from([0.5, 1.0, 2.25, 5.0])


def _distinct(least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(texts(), min_size=least, max_size=most, unique_by=normalise_text)


@st.composite
def questions(draw: st.DrawFn, kinds: tuple[QuestionType, ...] = KINDS) -> Question:
    kind = draw(st.sampled_from(kinds))
    sent: dict[str, Any] = {
        "question_text": draw(texts()),
        "question_type": kind,
        "points": draw(_POINTS),
        "explanation": draw(st.one_of(st.just(""), texts())),
        "difficulty_level": draw(st.sampled_from(["easy", "medium", "hard"])),
        "concept": draw(st.one_of(st.just(""), texts())),
        "tags": draw(st.lists(_TAG, max_size=2, unique=True).map(tuple)),
        **draw(_keys(kind)),
    }
    get_content = compose_content(sent, new_id=lambda: "id")
    cited = Citation(document_id="d", chunk_id="c", quote=draw(texts()), page=3)
    origin = draw(st.sampled_from([{}, {"citation": cited, "confidence": 0.5, "generator": "offline"}]))
    fields = {**dict(get_content), **origin}
    return Question(**fields, id="q", quiz="z", course="c", created_at=NOW, updated_at=NOW)


@st.composite
def _keys(draw: st.DrawFn, kind: QuestionType) -> dict[str, Any]:
    if kind in ("multiple_choice", "multiple_select"):
        options = draw(_distinct(2, 5).filter(_is_no_true_false))
        right = {draw(st.integers(0, len(options) - 1))}
        if kind == "multiple_select":
            right |= draw(st.sets(st.integers(0, len(options) - 1)))
        return {
            "options": [
                {"id": None, "text": text, "is_correct": place in right} for place, text in enumerate(options)
            ]
        }
    if kind == "true_false":
        return {"correct_answer": draw(st.booleans())}
    if kind == "short_answer":
        return {"accepted_answers": tuple(draw(_distinct(1, 3)))}
    if kind == "numeric":
        return {"correct_answer": draw(_FINITE), "tolerance": abs(draw(_FINITE))}
    if kind == "essay":
        rubric = draw(st.lists(texts(), max_size=3))
        return {"rubric": [{"text": text, "points": 0.125} for text in rubric]}
    return {}


def _is_no_true_false(options: list[str]) -> bool:
    """Return False for options that any file represents as a true_false question."""
    return sorted(option.capitalize() for option in options) != ["False", "True"]


@st.composite
def quizzes(draw: st.DrawFn, kinds: tuple[QuestionType, ...] = KINDS) -> tuple[Quiz, list[Question]]:
    quiz = Quiz(
        id="z", course="c", title=draw(_LINE),
        description=draw(texts()), topic=draw(texts()),
        quiz_type=draw(st.sampled_from(["practice", "exam", "assessment"])),
        time_limit_minutes=draw(st.none() | st.integers(1, 1440)), passing_score=draw(st.floats(0, 100)),
        max_attempts=draw(st.none() | st.integers(1, 9)), randomize_questions=draw(st.booleans()),
        show_results_immediately=draw(st.booleans()), adaptive=draw(st.booleans()),
        questions_per_attempt=draw(st.none() | st.integers(1, 9)), created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    return quiz, draw(st.lists(questions(kinds), min_size=1, max_size=4))


def get_content(question: QuestionContent, *without: str) -> dict[str, Any]:
    """Return the content of the question, its options without their ids."""
    fields = question.model_dump(include=set(QuestionContent.model_fields) - set(without))
    fields["options"] = [(option.text, option.is_correct) for option in question.options]
    return fields
