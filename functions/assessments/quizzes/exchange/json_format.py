"""A quiz as JSON of our own, with everything except what belongs to one copy: ids, dates and attempts."""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from functions.assessments.flashcards.cards.models import Citation
from functions.assessments.quizzes.exchange.errors import NotAQuiz
from functions.assessments.quizzes.exchange.models import (
    FoundQuestion,
    QuizContents,
    RejectedQuestion,
    WrittenFile,
)
from functions.assessments.quizzes.questions.models import MAX_QUESTIONS, Question, QuestionContent
from functions.assessments.quizzes.quizzes.models import Quiz
from shared.errors import ApiError
from shared.web.body import parse

FORMAT, VERSION = "aksio.quiz", 1

_SETTINGS = frozenset(
    {"title", "description", "topic", "quiz_type", "time_limit_minutes", "passing_score", "max_attempts",
     "randomize_questions", "show_results_immediately", "adaptive", "questions_per_attempt"}
)  # fmt: skip
_ORIGIN = ("citation", "confidence", "generator")
_MAX_CITATION_CHARS = 10_000
_MAX_GENERATOR_CHARS = 200


def write_json(quiz: Quiz, questions: Sequence[Question]) -> WrittenFile:
    """Write the quiz in this product's own JSON format, the only one that loses nothing."""
    body = {
        "format": FORMAT,
        "version": VERSION,
        "quiz": quiz.model_dump(mode="json", include=set(_SETTINGS)),
        "questions": [_write_question(question) for question in questions],
    }
    content = json.dumps(body, ensure_ascii=False, indent=1).encode()
    return WrittenFile(content, "application/json", "json")


def read_json(content: bytes) -> QuizContents:
    """Read our own JSON. Raises NotAQuiz."""
    try:
        body = parse(content)
    except ApiError as problem:
        raise NotAQuiz(problem.text) from None
    if not isinstance(body, dict) or body.get("format") != FORMAT or body.get("version") != VERSION:
        raise NotAQuiz(f"The JSON must have the format {FORMAT}, version {VERSION}")
    questions, settings = body.get("questions"), body.get("quiz")
    if not isinstance(questions, list) or not isinstance(settings, dict):
        raise NotAQuiz("The JSON must have a list of questions and a quiz")
    items = [
        FoundQuestion(row, each) if isinstance(each, dict) else RejectedQuestion(row, "Must be an object")
        for row, each in enumerate(questions[: MAX_QUESTIONS + 1], 1)
    ]
    known = {name: value for name, value in settings.items() if name in _SETTINGS}
    return QuizContents(items, known, "our own JSON")


def pop_origin(fields: dict[str, Any]) -> dict[str, Any]:
    """Remove the fields on the origin of a question, and return them checked. Raises ValueError."""
    citation, confidence, generator = (fields.pop(name, None) for name in _ORIGIN)
    try:
        cited = None if citation is None else Citation.model_validate(citation)
    except ValidationError:
        raise ValueError("the citation is invalid") from None
    if cited is not None and len(cited.model_dump_json()) > _MAX_CITATION_CHARS:
        raise ValueError("the citation is too long")
    if confidence is not None and not (isinstance(confidence, (int, float)) and 0 <= confidence <= 1):
        raise ValueError("the confidence must be a number from 0 to 1")
    if generator is not None and not (isinstance(generator, str) and len(generator) <= _MAX_GENERATOR_CHARS):
        raise ValueError(f"the generator must be a text of at most {_MAX_GENERATOR_CHARS} characters")
    return {"citation": cited, "confidence": confidence, "generator": generator}


def _write_question(question: QuestionContent) -> dict[str, Any]:
    fields = question.model_dump(mode="json", include=set(QuestionContent.model_fields))
    fields["options"] = [
        {"text": option.text, "is_correct": option.is_correct} for option in question.options
    ]
    return fields
