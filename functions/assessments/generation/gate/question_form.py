"""What can be said of a question without its source: cleaned, whole, safe, with a key that is one."""

import re
from collections.abc import Iterable, Iterator
from math import isfinite

from functions.assessments.generation.gate.cloze import has_marks
from functions.assessments.generation.gate.judging import MAX_EXPLANATION, MAX_QUESTION, MAX_QUOTE
from functions.assessments.generation.gate.markup import cleaned, unsafe
from functions.assessments.generation.gate.question_options import MAX_OPTION, MAX_OPTIONS, MIN_OPTIONS
from functions.assessments.generation.gate.support import leans_on_context
from functions.assessments.generation.gate.verdict import Rule
from functions.assessments.generation.gate.wording import (
    complete_answer,
    complete_question,
    too_few_words,
    words,
)
from shared.model.protocol import QuestionDraft, RubricPoint
from shared.text.folding import fold_text

MAX_ACCEPTED, MAX_ACCEPTED_ANSWERS, MAX_ACCEPTED_WORDS = 100, 10, 10
MAX_POINT, MAX_POINTS, MAX_WORTH = 300, 10, 100.0
MAX_TOLERANCE = 0.1  # of the number
MAX_NUMBER = 1e15

TRUE_FALSE = ("True", "False")
_NEGATIVE = re.compile(
    r"\b(?:which|what|who)\b(?:(?!\b(?:if|when|that|which|where|because)\b)[^?])*?\b(?:is|are|was|were|do|does|did|can"
    r"|could|has|have|had|will|would|may|might|must|should)(?:n't|\s+not|not)\b"
    r"|\b(?:which|what|who)\b[^?]*\b(?:except|least likely)\b|\ball\b[^?]*\bexcept\b",
    re.IGNORECASE,
)


def clean(draft: QuestionDraft) -> QuestionDraft:
    """Visible text only; fields that the type does not need are emptied."""
    kind = draft.question_type
    choice = kind in {"multiple_choice", "multiple_select"}
    return draft.model_copy(
        update={
            "question": cleaned(draft.question),
            "explanation": cleaned(draft.explanation),
            "concept": cleaned(draft.concept),
            "options": _cleaned(draft.options) if choice or kind == "true_false" else (),
            "correct": draft.correct if choice or kind == "true_false" else (),
            "accepted_answers": tuple(dict.fromkeys(filter(None, _cleaned(draft.accepted_answers))))
            if kind == "short_answer"
            else (),
            "correct_number": draft.correct_number if kind == "numeric" else None,
            "tolerance": draft.tolerance if kind == "numeric" else 0.0,
            "rubric": tuple(_point(point) for point in draft.rubric) if kind == "essay" else (),
        }
    )


def _cleaned(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(cleaned(text) for text in texts)


def _point(point: RubricPoint) -> RubricPoint:
    return RubricPoint.model_construct(text=cleaned(point.text), points=point.points)


def texts(question: QuestionDraft) -> tuple[str, ...]:
    """All that a reader would see of it."""
    return (
        question.question,
        *question.options,
        *question.accepted_answers,
        *(point.text for point in question.rubric),
        question.explanation,
        question.concept,
    )


def flaws(question: QuestionDraft) -> Iterator[Rule]:
    """The rules that a cleaned question breaks by its form, found one by one."""
    if not question.question or not fold_text(question.quote):
        yield Rule.EMPTY
    if _too_long(question):
        yield Rule.TOO_LONG
    if any(unsafe(text) for text in texts(question)):
        yield Rule.UNSAFE_MARKUP
    if any(has_marks(text) for text in texts(question)):
        yield Rule.BAD_CLOZE
    if too_few_words(question.quote) or not complete_question(question.question):
        yield Rule.FRAGMENT
    if leans_on_context(question.question):
        yield Rule.NEEDS_CONTEXT
    if rule := _key(question):
        yield rule


def _too_long(question: QuestionDraft) -> bool:
    return (
        len(question.question) > MAX_QUESTION
        or len(fold_text(question.quote)) > MAX_QUOTE
        or len(question.explanation) > MAX_EXPLANATION
        or any(len(option) > MAX_OPTION for option in question.options)
        or any(_long_answer(answer) for answer in question.accepted_answers)
        or any(len(point.text) > MAX_POINT for point in question.rubric)
    )


def _long_answer(answer: str) -> bool:
    return len(answer) > MAX_ACCEPTED or len(words(answer)) > MAX_ACCEPTED_WORDS


def _key(question: QuestionDraft) -> Rule | None:
    if question.question_type == "true_false":
        return _true_false_key(question)
    if question.question_type in {"multiple_choice", "multiple_select"}:
        return _choice_key(question)
    if question.question_type == "short_answer":
        return _accepted_key(question)
    if question.question_type == "numeric":
        return _number_key(question)
    return _rubric_key(question)


def _true_false_key(question: QuestionDraft) -> Rule | None:
    if question.options != TRUE_FALSE or question.correct not in ((0,), (1,)):
        return Rule.BAD_KEY
    return None


def _choice_key(question: QuestionDraft) -> Rule | None:
    places = set(question.correct)
    if not MIN_OPTIONS <= len(question.options) <= MAX_OPTIONS or not all(question.options):
        return Rule.BAD_OPTIONS
    if len(places) != len(question.correct) or not places < set(range(len(question.options))) or not places:
        return Rule.BAD_KEY
    if question.question_type == "multiple_choice" and len(places) != 1:
        return Rule.BAD_KEY
    return Rule.NEGATIVE_STEM if _NEGATIVE.search(fold_text(question.question)) else None


def _accepted_key(question: QuestionDraft) -> Rule | None:
    if not 1 <= len(question.accepted_answers) <= MAX_ACCEPTED_ANSWERS:
        return Rule.BAD_KEY
    return None if all(map(complete_answer, question.accepted_answers)) else Rule.FRAGMENT


def _number_key(question: QuestionDraft) -> Rule | None:
    number, tolerance = question.correct_number, question.tolerance
    if number is None or not isfinite(number) or abs(number) > MAX_NUMBER:
        return Rule.BAD_KEY
    return None if 0 <= tolerance <= MAX_TOLERANCE * abs(number) else Rule.BAD_KEY


def _rubric_key(question: QuestionDraft) -> Rule | None:
    points = question.rubric
    if not 1 <= len(points) <= MAX_POINTS or not all(0 < point.points <= MAX_WORTH for point in points):
        return Rule.BAD_KEY
    if not all(point.text and words(point.text) for point in points):
        return Rule.BAD_KEY
    distinct = {" ".join(words(point.text)) for point in points}
    return None if len(distinct) == len(points) else Rule.SAME_OPTIONS
