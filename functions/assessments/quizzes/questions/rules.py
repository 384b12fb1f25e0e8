"""Rules for the options, the key and the rubric that each type of question needs."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from functions.assessments.quizzes.questions.models import QuestionContent, QuestionType
from shared.language import say, say_number

TRUE, FALSE = "True", "False"
MAX_POINTS = 1000.0

Problems = dict[str, list[str]]

FIELDS_BY_TYPE: dict[QuestionType, frozenset[str]] = {
    "multiple_choice": frozenset({"options"}),
    "multiple_select": frozenset({"options"}),
    "true_false": frozenset({"options"}),
    "short_answer": frozenset({"accepted_answers", "graded_by_model"}),
    "numeric": frozenset({"correct_answer", "tolerance", "unit"}),
    "essay": frozenset({"rubric"}),
    "code": frozenset(),
}
EMPTY_FIELDS: dict[str, Any] = {
    "options": (),
    "accepted_answers": (),
    "graded_by_model": False,
    "correct_answer": None,
    "tolerance": 0.0,
    "unit": "",
    "rubric": (),
}  # the fields that only some types have, with their value for the others


def normalise_text(text: str) -> str:
    """Return a form that is equal for texts that look the same. Case counts: Aa and aa are genotypes."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def get_key(question: QuestionContent) -> bool | float | None:
    """Return the one right value of a numeric or a true_false question."""
    if question.question_type == "true_false":
        return any(option.is_correct and option.text == TRUE for option in question.options)
    return question.correct_answer


def find_problems(content: QuestionContent) -> Problems:
    """Return the problems of the question by field."""
    question_type = content.question_type
    problems: Problems = {
        name: [say("A question of type {type} does not have this field; leave it out", type=question_type)]
        for name, empty in EMPTY_FIELDS.items()
        if name not in FIELDS_BY_TYPE[question_type] and getattr(content, name) != empty
    }
    if question_type in ("multiple_choice", "multiple_select", "true_false"):
        problems |= _check_options(content)
    elif question_type == "short_answer":
        problems |= _check_texts("accepted_answers", content.accepted_answers, at_least=1)
    elif question_type == "numeric" and content.correct_answer is None:
        problems["correct_answer"] = ["Write the number that is the right answer"]
    elif question_type == "essay" and sum(point.points for point in content.rubric) > content.points + 1e-9:
        problems["rubric"] = [
            say("The points of the rubric exceed the {points} of the question", points=content.points)
        ]
    return problems


def has_same_key(one: QuestionContent, other: QuestionContent) -> bool:
    """Return whether both accept the same answers."""
    fields = ("question_type", "accepted_answers", "correct_answer", "tolerance", "unit")
    return all(getattr(one, name) == getattr(other, name) for name in fields) and (
        _get_option_key(one) == _get_option_key(other)
    )


def _get_option_key(content: QuestionContent) -> set[tuple[str, bool]]:
    return {(option.id, option.is_correct) for option in content.options}


def _check_options(content: QuestionContent) -> Problems:
    if content.question_type == "true_false" and not content.options:
        return {"correct_answer": ["Choose true or false"]}
    texts = [option.text for option in content.options]
    problems = _check_texts("options", texts, at_least=2, inner=".text")
    correct = sum(option.is_correct for option in content.options)
    if "options" in problems:
        return problems
    if content.question_type == "true_false" and sorted(texts) != [FALSE, TRUE]:
        problems["options"] = ["A true_false question has the options True and False"]
    elif content.question_type == "multiple_select" and not correct:
        problems["options"] = ["At least one option must be correct"]
    elif content.question_type != "multiple_select" and correct != 1:
        problems["options"] = ["Exactly one option must be correct"]
    return problems


def _check_texts(field: str, texts: Sequence[str], *, at_least: int, inner: str = "") -> Problems:
    if len(texts) < at_least:
        few = say_number(
            at_least, one="Send at least one item", many="Send at least {number} items", code="too_short"
        )
        return {field: [few]}
    seen: set[str] = set()
    problems: Problems = {}
    for position, text in enumerate(texts):
        normalised = normalise_text(text)
        if normalised in seen:
            problems[f"{field}.{position}{inner}"] = ["This repeats another one; each must differ"]
        seen.add(normalised)
    return problems
