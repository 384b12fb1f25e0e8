"""What makes a question answerable: options, key and rubric as its type wants them."""

import unicodedata
from collections.abc import Sequence
from typing import Any

from functions.assessments.quizzes.quizzes.models import QuestionContent, QuestionType

TRUE, FALSE = "True", "False"
MOST_POINTS = 1000.0

Problems = dict[str, list[str]]

OWN: dict[QuestionType, frozenset[str]] = {
    "multiple_choice": frozenset({"options"}),
    "multiple_select": frozenset({"options"}),
    "true_false": frozenset({"options"}),
    "short_answer": frozenset({"accepted_answers", "graded_by_model"}),
    "numeric": frozenset({"correct_answer", "tolerance"}),
    "essay": frozenset({"rubric"}),
    "code": frozenset(),
}
TYPED: dict[str, Any] = {
    "options": (),
    "accepted_answers": (),
    "graded_by_model": False,
    "correct_answer": None,
    "tolerance": 0.0,
    "rubric": (),
}  # fields that belong to some types only, and what they are for the others


def alike(text: str) -> str:
    """Equal for texts that look the same. Case tells: Aa and aa are different genotypes."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def key_of(question: QuestionContent) -> bool | float | None:
    """The one right value of a numeric or a true_false question."""
    if question.question_type == "true_false":
        return any(option.is_correct and option.text == TRUE for option in question.options)
    return question.correct_answer


def problems_of(content: QuestionContent) -> Problems:
    """What is wrong with the question, by field, if anything is."""
    kind = content.question_type
    problems: Problems = {
        name: [f"A question of type {kind} has none"]
        for name, none in TYPED.items()
        if name not in OWN[kind] and getattr(content, name) != none
    }
    if kind in ("multiple_choice", "multiple_select", "true_false"):
        problems |= _of_options(content)
    elif kind == "short_answer":
        problems |= _of_texts("accepted_answers", content.accepted_answers, at_least=1)
    elif kind == "numeric" and content.correct_answer is None:
        problems["correct_answer"] = ["A numeric question needs a number"]
    elif kind == "essay" and sum(point.points for point in content.rubric) > content.points + 1e-9:
        problems["rubric"] = [f"Its points add up to more than the question's {content.points:g}"]
    return problems


def same_key(one: QuestionContent, other: QuestionContent) -> bool:
    """Whether the same answers are right for both."""
    fields = ("question_type", "accepted_answers", "correct_answer", "tolerance")
    return all(getattr(one, name) == getattr(other, name) for name in fields) and (
        _marked(one) == _marked(other)
    )


def moved(questions: Sequence[str], question_id: str, order: int) -> tuple[str, ...]:
    """The ids with this one at the place `order`, counted from 1; past the end is the end."""
    rest = [each for each in questions if each != question_id]
    rest.insert(order - 1, question_id)
    return tuple(rest)


def _marked(content: QuestionContent) -> set[tuple[str, bool]]:
    return {(option.id, option.is_correct) for option in content.options}


def _of_options(content: QuestionContent) -> Problems:
    if content.question_type == "true_false" and not content.options:
        return {"correct_answer": ["Must be true or false"]}
    texts = [option.text for option in content.options]
    problems = _of_texts("options", texts, at_least=2, inner=".text")
    right = sum(option.is_correct for option in content.options)
    if "options" in problems:
        return problems
    if content.question_type == "true_false" and sorted(texts) != [FALSE, TRUE]:
        problems["options"] = ["A true_false question has the options True and False"]
    elif content.question_type == "multiple_select" and not right:
        problems["options"] = ["At least one option must be correct"]
    elif content.question_type != "multiple_select" and right != 1:
        problems["options"] = ["Exactly one option must be correct"]
    return problems


def _of_texts(field: str, texts: Sequence[str], *, at_least: int, inner: str = "") -> Problems:
    if len(texts) < at_least:
        return {field: [f"At least {at_least} needed"]}
    seen: set[str] = set()
    problems: Problems = {}
    for position, text in enumerate(texts):
        if alike(text) in seen:
            problems[f"{field}.{position}{inner}"] = ["The same as another"]
        seen.add(alike(text))
    return problems
