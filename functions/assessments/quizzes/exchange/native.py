"""A quiz as JSON of our own: everything but what belongs to one user's copy (ids, dates, attempts)."""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from functions.assessments.flashcards.cards.models import Citation
from functions.assessments.quizzes.exchange.errors import NotAQuiz
from functions.assessments.quizzes.exchange.models import Found, Reading, Refused, Written
from functions.assessments.quizzes.questions.models import MAX_QUESTIONS, Question, QuestionContent
from functions.assessments.quizzes.quizzes.models import Quiz
from shared.errors import ApiError
from shared.web.body import parse

FORMAT, VERSION = "aksio.quiz", 1

_SETTINGS = frozenset(
    {"title", "description", "topic", "quiz_type", "time_limit_minutes", "passing_score", "max_attempts",
     "randomize_questions", "show_results_immediately", "adaptive", "questions_per_attempt"}
)  # fmt: skip
_ORIGIN = frozenset({"citation", "confidence", "generator"})


def write_json(quiz: Quiz, questions: Sequence[Question]) -> Written:
    body = {
        "format": FORMAT,
        "version": VERSION,
        "quiz": quiz.model_dump(mode="json", include=set(_SETTINGS)),
        "questions": [_fields(question) for question in questions],
    }
    return Written(json.dumps(body, ensure_ascii=False, indent=1).encode(), "application/json", "json")


def read_json(content: bytes) -> Reading:
    """Raises NotAQuiz."""
    try:
        body = parse(content)
    except ApiError as problem:
        raise NotAQuiz(problem.text) from None
    if not isinstance(body, dict) or body.get("format") != FORMAT or body.get("version") != VERSION:
        raise NotAQuiz(f"The JSON is no {FORMAT} of version {VERSION}")
    questions, settings = body.get("questions"), body.get("quiz")
    if not isinstance(questions, list) or not isinstance(settings, dict):
        raise NotAQuiz("The JSON has no questions, or no quiz")
    items = [
        Found(row, each) if isinstance(each, dict) else Refused(row, "Not an object")
        for row, each in enumerate(questions[: MAX_QUESTIONS + 1], 1)
    ]
    return Reading(items, {name: value for name, value in settings.items() if name in _SETTINGS})


def origin_of(fields: dict[str, Any]) -> dict[str, Any]:
    """Where a question came from, taken out of its fields. Raises ValueError."""
    given = {name: fields.pop(name, None) for name in _ORIGIN}
    citation, confidence, generator = given["citation"], given["confidence"], given["generator"]
    try:
        cited = None if citation is None else Citation.model_validate(citation)
    except ValidationError:
        raise ValueError("the citation is broken") from None
    if cited is not None and len(cited.model_dump_json()) > 10_000:
        raise ValueError("the citation is too long")
    if confidence is not None and not (isinstance(confidence, (int, float)) and 0 <= confidence <= 1):
        raise ValueError("the confidence is no number from 0 to 1")
    if generator is not None and not (isinstance(generator, str) and len(generator) <= 200):
        raise ValueError("the generator is no short text")
    return {"citation": cited, "confidence": confidence, "generator": generator}


def _fields(question: QuestionContent) -> dict[str, Any]:
    fields = question.model_dump(mode="json", include=set(QuestionContent.model_fields))
    fields["options"] = [
        {"text": option.text, "is_correct": option.is_correct} for option in question.options
    ]
    return fields
