"""The form of a question, checked without its source: cleaned, complete, safe, and with a valid key."""

import re
from collections.abc import Iterable, Iterator
from math import isfinite

from functions.assessments.generation.gate.cloze import has_gap_marks
from functions.assessments.generation.gate.judging import MAX_EXPLANATION_CHARS, MAX_QUESTION_CHARS
from functions.assessments.generation.gate.markup import clean_text, is_unsafe
from functions.assessments.generation.gate.question_options import (
    MAX_OPTION_CHARS,
    MAX_OPTIONS,
    MIN_OPTIONS,
)
from functions.assessments.generation.gate.source import MAX_QUOTE_CHARS
from functions.assessments.generation.gate.support import is_context_dependent
from functions.assessments.generation.gate.verdict import Rule
from functions.assessments.generation.gate.wording import (
    has_too_few_words,
    is_complete_answer,
    is_complete_question,
    split_words,
)
from shared.model.protocol import QuestionDraft, RubricPoint
from shared.text.folding import fold_text

MAX_ACCEPTED_ANSWERS, MAX_ACCEPTED_ANSWER_CHARS, MAX_ACCEPTED_ANSWER_WORDS = 10, 100, 10
MAX_RUBRIC_ENTRIES, MAX_RUBRIC_ENTRY_CHARS, MAX_RUBRIC_ENTRY_POINTS = 10, 300, 100.0
MAX_TOLERANCE_SHARE = 0.1  # of the number
MAX_NUMBER = 1e15

TRUE_FALSE = ("True", "False")
_NEGATIVE_STEM = re.compile(
    r"\b(?:which|what|who)\b(?:(?!\b(?:if|when|that|which|where|because)\b)[^?])*?\b(?:is|are|was|were|do|does|did|can"
    r"|could|has|have|had|will|would|may|might|must|should)(?:n't|\s+not|not)\b"
    r"|\b(?:which|what|who)\b[^?]*\b(?:except|least likely)\b|\ball\b[^?]*\bexcept\b",
    re.IGNORECASE,
)


def clean_question(draft: QuestionDraft) -> QuestionDraft:
    """Clean the texts, and empty the fields that the type does not need."""
    kind = draft.question_type
    has_options = kind in {"multiple_choice", "multiple_select", "true_false"}
    return draft.model_copy(
        update={
            "question": clean_text(draft.question),
            "explanation": clean_text(draft.explanation),
            "concept": clean_text(draft.concept),
            "options": _clean_texts(draft.options) if has_options else (),
            "correct": draft.correct if has_options else (),
            "accepted_answers": tuple(dict.fromkeys(filter(None, _clean_texts(draft.accepted_answers))))
            if kind == "short_answer"
            else (),
            "correct_number": draft.correct_number if kind == "numeric" else None,
            "tolerance": draft.tolerance if kind == "numeric" else 0.0,
            "rubric": tuple(_clean_entry(entry) for entry in draft.rubric) if kind == "essay" else (),
        }
    )


def _clean_texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(clean_text(text) for text in texts)


def _clean_entry(entry: RubricPoint) -> RubricPoint:
    return RubricPoint.model_construct(text=clean_text(entry.text), points=entry.points)


def list_texts(question: QuestionDraft) -> tuple[str, ...]:
    """Return every text that a reader sees, except the quote."""
    return (
        question.question,
        *question.options,
        *question.accepted_answers,
        *(entry.text for entry in question.rubric),
        question.explanation,
        question.concept,
    )


def find_flaws(question: QuestionDraft) -> Iterator[Rule]:
    """Yield the rules that a cleaned question breaks by its form."""
    if not question.question or not fold_text(question.quote):
        yield Rule.EMPTY
    if _is_too_long(question):
        yield Rule.TOO_LONG
    if any(is_unsafe(text) for text in list_texts(question)):
        yield Rule.UNSAFE_MARKUP
    if any(has_gap_marks(text) for text in list_texts(question)):
        yield Rule.BAD_CLOZE
    if has_too_few_words(question.quote) or not is_complete_question(question.question):
        yield Rule.FRAGMENT
    if is_context_dependent(question.question):
        yield Rule.NEEDS_CONTEXT
    if rule := _find_key_flaw(question):
        yield rule


def _is_too_long(question: QuestionDraft) -> bool:
    return (
        len(question.question) > MAX_QUESTION_CHARS
        or len(fold_text(question.quote)) > MAX_QUOTE_CHARS
        or len(question.explanation) > MAX_EXPLANATION_CHARS
        or any(len(option) > MAX_OPTION_CHARS for option in question.options)
        or any(_is_long_answer(answer) for answer in question.accepted_answers)
        or any(len(entry.text) > MAX_RUBRIC_ENTRY_CHARS for entry in question.rubric)
    )


def _is_long_answer(answer: str) -> bool:
    return len(answer) > MAX_ACCEPTED_ANSWER_CHARS or len(split_words(answer)) > MAX_ACCEPTED_ANSWER_WORDS


def _find_key_flaw(question: QuestionDraft) -> Rule | None:
    if question.question_type == "true_false":
        return _find_true_false_flaw(question)
    if question.question_type in {"multiple_choice", "multiple_select"}:
        return _find_choice_flaw(question)
    if question.question_type == "short_answer":
        return _find_accepted_flaw(question)
    if question.question_type == "numeric":
        return _find_number_flaw(question)
    return _find_rubric_flaw(question)


def _find_true_false_flaw(question: QuestionDraft) -> Rule | None:
    if question.options != TRUE_FALSE or question.correct not in ((0,), (1,)):
        return Rule.BAD_KEY
    return None


def _find_choice_flaw(question: QuestionDraft) -> Rule | None:
    places = set(question.correct)
    if not MIN_OPTIONS <= len(question.options) <= MAX_OPTIONS or not all(question.options):
        return Rule.BAD_OPTIONS
    if len(places) != len(question.correct) or not places < set(range(len(question.options))) or not places:
        return Rule.BAD_KEY
    if question.question_type == "multiple_choice" and len(places) != 1:
        return Rule.BAD_KEY
    return Rule.NEGATIVE_STEM if _NEGATIVE_STEM.search(fold_text(question.question)) else None


def _find_accepted_flaw(question: QuestionDraft) -> Rule | None:
    if not 1 <= len(question.accepted_answers) <= MAX_ACCEPTED_ANSWERS:
        return Rule.BAD_KEY
    return None if all(map(is_complete_answer, question.accepted_answers)) else Rule.FRAGMENT


def _find_number_flaw(question: QuestionDraft) -> Rule | None:
    number, tolerance = question.correct_number, question.tolerance
    if number is None or not isfinite(number) or abs(number) > MAX_NUMBER:
        return Rule.BAD_KEY
    return None if 0 <= tolerance <= MAX_TOLERANCE_SHARE * abs(number) else Rule.BAD_KEY


def _find_rubric_flaw(question: QuestionDraft) -> Rule | None:
    rubric = question.rubric
    if not 1 <= len(rubric) <= MAX_RUBRIC_ENTRIES:
        return Rule.BAD_KEY
    if not all(0 < entry.points <= MAX_RUBRIC_ENTRY_POINTS and split_words(entry.text) for entry in rubric):
        return Rule.BAD_KEY
    distinct = {" ".join(split_words(entry.text)) for entry in rubric}
    return None if len(distinct) == len(rubric) else Rule.SAME_OPTIONS
