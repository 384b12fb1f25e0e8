"""A question from the fields of a request: over what it was, its options with ids, checked by its type."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from functions.assessments.quizzes.quizzes.models import Option, Question, QuestionContent, QuestionType
from functions.assessments.quizzes.quizzes.rules import FALSE, OWN, TRUE, TYPED, Problems, alike, problems_of
from shared.errors import ValidationFailed
from shared.model.protocol import RubricPoint

Sent = Mapping[str, Any]  # a request's fields, or some of them
NewId = Callable[[], str]


def composed(sent: Sent, *, new_id: NewId, base: Question | None = None) -> QuestionContent:
    """The question with the fields sent, over `base` where there is one. Options named by their id, or left
    as they were, keep it. A change of type drops what the new one has not. Raises ValidationFailed."""
    kind: QuestionType = sent.get("question_type") or (base.question_type if base else "multiple_choice")
    fields = {**_kept(base, kind), **sent, "question_type": kind}
    problems = _misplaced_truth(fields, kind)
    if "options" in sent:
        problems |= _misnamed(sent["options"], base)
        fields["options"] = _identified(sent["options"], base, new_id)
    if kind == "true_false":
        problems |= _contradiction(sent)
        fields["options"] = _truths(fields, sent, new_id)
        fields["correct_answer"] = None
    content = QuestionContent(**_weighed(fields))
    problems = {**problems_of(content), **problems}
    if problems:
        raise ValidationFailed(details=problems)
    return content


def _kept(base: Question | None, kind: QuestionType) -> dict[str, Any]:
    """What the question was, as far as its type, which may be new, has a place for it."""
    if base is None:
        return {}
    fields = {name: value for name, value in base if name in QuestionContent.model_fields}
    return fields | {name: none for name, none in TYPED.items() if name not in OWN[kind]}


def _weighed(fields: dict[str, Any]) -> dict[str, Any]:
    """With the points that its rubric adds up to where none are given."""
    rubric = tuple(RubricPoint.model_validate(dict(point)) for point in fields.get("rubric", ()))
    points = fields.get("points") or sum(point.points for point in rubric) or 1.0
    return {**fields, "rubric": rubric, "points": points}


def _misnamed(options: Sequence[Sent], base: Question | None) -> Problems:
    """Ids that are no option's of the question, or are there twice."""
    given = [option["id"] for option in options] if base else []
    known = {option.id for option in base.options} if base else set()
    return {
        f"options.{place}.id": ["Not an option of this question, or named twice"]
        for place, each in enumerate(given)
        if each is not None and (each not in known or each in given[:place])
    }


def _identified(options: Sequence[Sent], base: Question | None, new_id: NewId) -> tuple[Option, ...]:
    """With the ids they name, those of the same words, or new ones."""
    named = {option["id"] for option in options} if base else set()
    free = (
        {alike(option.text): option.id for option in base.options if option.id not in named} if base else {}
    )
    return tuple(
        Option(
            id=(option["id"] if base else None) or free.pop(alike(option["text"]), None) or new_id(),
            text=option["text"],
            is_correct=option["is_correct"],
        )
        for option in options
    )


def _misplaced_truth(fields: Sent, kind: QuestionType) -> Problems:
    answer = fields.get("correct_answer")
    if kind == "numeric" and isinstance(answer, bool):
        return {"correct_answer": ["Must be a number"]}
    if kind == "true_false" and not isinstance(answer, bool | None):
        return {"correct_answer": ["Must be true or false"]}
    return {}


def _contradiction(sent: Sent) -> Problems:
    """Options that say another answer than the one that is sent with them."""
    answer, options = sent.get("correct_answer"), sent.get("options")
    said = [option["text"].capitalize() for option in options or () if option["is_correct"]]
    if not options or not isinstance(answer, bool) or said == [str(answer)]:
        return {}
    return {"correct_answer": ["The options say otherwise"]}


def _truths(fields: Sent, sent: Sent, new_id: NewId) -> tuple[Option, ...]:
    """True and False: as the options are, or made from `correct_answer` where that alone was sent."""
    options = tuple(
        option.model_copy(update={"text": option.text.capitalize()}) for option in fields.get("options", ())
    )
    answer = sent.get("correct_answer")
    if sent.get("options") or not isinstance(answer, bool):
        return options
    named = {option.text: option.id for option in options}
    return tuple(
        Option(id=named.get(text) or new_id(), text=text, is_correct=text == str(answer))
        for text in (TRUE, FALSE)
    )
