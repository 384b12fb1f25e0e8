"""Composing a question from the fields of a request, its options with ids, checked by its type."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from functions.assessments.quizzes.questions.models import (
    NewQuestion,
    Option,
    Question,
    QuestionContent,
    QuestionType,
)
from functions.assessments.quizzes.questions.rules import (
    EMPTY_FIELDS,
    FALSE,
    FIELDS_BY_TYPE,
    TRUE,
    Problems,
    find_problems,
    normalise_text,
)
from shared.errors import ValidationFailed
from shared.model.protocol import RubricPoint

Sent = Mapping[str, Any]  # a request's fields, or some of them
NewId = Callable[[], str]


def compose_content(sent: Sent, *, new_id: NewId, base: QuestionContent | None = None) -> QuestionContent:
    """Return the content with the fields sent, the others from `base`.

    An option keeps its id if it is sent with it, or with the same text. A change of type drops the fields
    that the new one lacks.

    Raises ValidationFailed.
    """
    question_type: QuestionType = sent.get("question_type") or (
        base.question_type if base else "multiple_choice"
    )
    fields = {**_carry_over(base, question_type), **sent, "question_type": question_type}
    problems = _check_answer_type(fields, question_type)
    if "options" in sent:
        problems |= _check_option_ids(sent["options"], base)
        fields["options"] = _build_options(sent["options"], base, new_id)
    if question_type == "true_false":
        problems |= _check_contradiction(sent)
        fields["options"] = _build_true_false_options(fields, sent, new_id)
        fields["correct_answer"] = None
    content = QuestionContent(**_set_points(fields))
    problems = {**find_problems(content), **problems}
    if problems:
        raise ValidationFailed(details=problems)
    return content


def build_question(
    new: NewQuestion, *, question_id: str, quiz_id: str, course: str, now: datetime
) -> Question:
    """Build the question to store from a new one."""
    fields = {**dict(new), "id": question_id, "quiz": quiz_id, "course": course}
    return Question(**fields, created_at=now, updated_at=now)


def _carry_over(base: QuestionContent | None, question_type: QuestionType) -> dict[str, Any]:
    """Return the fields of the former content that the type, which may be new, can have."""
    if base is None:
        return {}
    fields = {name: value for name, value in base if name in QuestionContent.model_fields}
    allowed = FIELDS_BY_TYPE[question_type]
    return fields | {name: empty for name, empty in EMPTY_FIELDS.items() if name not in allowed}


def _set_points(fields: dict[str, Any]) -> dict[str, Any]:
    """Fill in missing points: the sum of the rubric's."""
    rubric = tuple(RubricPoint.model_validate(dict(point)) for point in fields.get("rubric", ()))
    points = fields.get("points") or sum(point.points for point in rubric) or 1.0
    return {**fields, "rubric": rubric, "points": points}


def _check_option_ids(options: Sequence[Sent], base: QuestionContent | None) -> Problems:
    """Return a problem for each id that no option of the question has, or that is sent twice."""
    ids = [option["id"] for option in options] if base else []
    known = {option.id for option in base.options} if base else set()
    return {
        f"options.{position}.id": ["Must be the id of an option of this question, and sent once"]
        for position, each in enumerate(ids)
        if each is not None and (each not in known or each in ids[:position])
    }


def _build_options(
    options: Sequence[Sent], base: QuestionContent | None, new_id: NewId
) -> tuple[Option, ...]:
    """Return the options with the ids sent, those of options with the same text, or new ones."""
    sent_ids = {option["id"] for option in options} if base else set()
    former = base.options if base else ()
    ids = {normalise_text(option.text): option.id for option in former if option.id not in sent_ids}
    return tuple(
        Option(
            id=(option["id"] if base else None) or ids.pop(normalise_text(option["text"]), None) or new_id(),
            text=option["text"],
            is_correct=option["is_correct"],
        )
        for option in options
    )


def _check_answer_type(fields: Sent, question_type: QuestionType) -> Problems:
    answer = fields.get("correct_answer")
    if question_type == "numeric" and isinstance(answer, bool):
        return {"correct_answer": ["Must be a number"]}
    if question_type == "true_false" and not isinstance(answer, bool | None):
        return {"correct_answer": ["Must be true or false"]}
    return {}


def _check_contradiction(sent: Sent) -> Problems:
    """Return a problem if the options and the answer that are sent together contradict each other."""
    answer, options = sent.get("correct_answer"), sent.get("options")
    correct = [option["text"].capitalize() for option in options or () if option["is_correct"]]
    if not options or not isinstance(answer, bool) or correct == [str(answer)]:
        return {}
    return {"correct_answer": ["Must agree with the options; send one of the two"]}


def _build_true_false_options(fields: Sent, sent: Sent, new_id: NewId) -> tuple[Option, ...]:
    """Return the options True and False, made from `correct_answer` if that is sent without options."""
    options = tuple(
        option.model_copy(update={"text": option.text.capitalize()}) for option in fields.get("options", ())
    )
    answer = sent.get("correct_answer")
    if sent.get("options") or not isinstance(answer, bool):
        return options
    ids = {option.text: option.id for option in options}
    return tuple(
        Option(id=ids.get(text) or new_id(), text=text, is_correct=text == str(answer))
        for text in (TRUE, FALSE)
    )
