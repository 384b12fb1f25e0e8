"""Reading questions in Moodle's GIFT (docs.moodle.org, "GIFT format"), as Moodle reads them.

Answers have no feedback of their own here: the explanation of a question is its general feedback, or else the
feedback of its right answer. Partial weights count as wrong. A matching question becomes one for each pair.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from functions.assessments.quizzes.exchange.errors import UnusableContent
from functions.assessments.quizzes.exchange.gift_escapes import hide_escapes, restore_escapes
from functions.assessments.quizzes.exchange.losses import ANSWER_FEEDBACK, PARTIAL_MARKS, find_lost_media
from functions.assessments.quizzes.exchange.markup import extract_text, is_markup
from functions.assessments.quizzes.exchange.models import (
    Fields,
    FoundQuestion,
    QuizContents,
    RejectedQuestion,
)
from functions.assessments.quizzes.exchange.parts import GAP, build_matching, share_points
from functions.assessments.quizzes.exchange.wildcards import require_no_wildcard
from functions.assessments.quizzes.questions.models import MAX_QUESTIONS

_CATEGORY = "$CATEGORY:"
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,10})?)%")
_TAG = re.compile(r"\[tag:((?:[^\[\]\\]|\\.){1,200})\]")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_MAX_EXPONENT = 330  # beyond any float
_MAX_ANSWERS = 100  # of one question; what a type takes is checked later


class Block(NamedTuple):
    """The lines between two empty ones; `row` is the first that is not a comment."""

    row: int
    text: str
    tags: list[str]


@dataclass(frozen=True)
class Answer:
    """An answer; `weight` is a percentage, and `marked` is True if it began with `=`."""

    text: str
    feedback: str
    weight: float
    marked: bool


def read_gift(text: str) -> QuizContents:
    """Read the questions; the first category is the title of the quiz.

    Stops at the first question beyond the number that a quiz has.
    """
    items: list[FoundQuestion | RejectedQuestion] = []
    settings: Fields = {}
    for block in _split_blocks(text):
        if len(items) > MAX_QUESTIONS:
            break
        if block.text.startswith(_CATEGORY):
            settings.setdefault("title", _get_last_name(block.text.removeprefix(_CATEGORY)))
            continue
        try:
            parts, left_out = _parse_question(hide_escapes(block.text))
            items += [FoundQuestion(block.row, {**part, "tags": block.tags}, left_out) for part in parts]
        except UnusableContent as problem:
            items.append(RejectedQuestion(block.row, str(problem)))
    return QuizContents(items, settings, "GIFT")


def _split_blocks(text: str) -> Iterator[Block]:
    lines: list[str] = []
    tags: list[str] = []
    row = 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        stripped = line.strip()
        if stripped.startswith("//"):
            tags += [re.sub(r"\\(.)", r"\1", tag) for tag in _TAG.findall(stripped)]
        elif stripped.startswith(_CATEGORY) and not lines:
            yield Block(number, stripped, [])  # a question may follow on the next line
        elif stripped:
            row = row if lines else number
            lines.append(line.rstrip())
        else:
            if lines:
                yield Block(row, "\n".join(lines), tags)
            lines, tags = [], []


def _get_last_name(category: str) -> str:
    """Return the last name of a path such as `$course$/top/Botany//Leaves`; `//` is a slash of a name."""
    parts = re.split(r"(?<!/)/(?!/)", category.strip())
    return parts[-1].replace("//", "/").strip()


def _parse_question(text: str) -> tuple[list[Fields], tuple[str, ...]]:
    """Return the fields of the block's questions, and what they leave out. Raises UnusableContent."""
    text = source = text.strip()
    if text.startswith("::") and (end := text.find("::", 2)) >= 0:
        text = text[end + 2 :].strip()
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        raise UnusableContent("There are no answers: this is a description and not a question")
    if not 0 <= start < end:
        raise UnusableContent("The braces do not match")
    answers, feedback = _split_feedback(text[start + 1 : end])
    follows = text[end + 1 :]
    stem, form = _parse_text(text[:start] + (f"{GAP}{follows}" if follows.strip() else ""))
    general = _parse_text(feedback, form)[0]
    parts, losses = _parse_answers(stem, answers.strip(), form)
    parts = [{**part, "explanation": general or part.get("explanation", "")} for part in parts]
    return share_points(parts, None), (*find_lost_media(restore_escapes(source)), *losses)


def _split_feedback(inner: str) -> tuple[str, str]:
    """Return the answers, and the general feedback after them."""
    before, mark, after = inner.rpartition("####")
    return (before, after) if mark else (after, "")


def _parse_answers(stem: str, answers: str, form: str) -> tuple[list[Fields], list[str]]:
    """Return the questions on the stem, and what they leave out. Raises UnusableContent."""
    if answers.count("=") + answers.count("~") > _MAX_ANSWERS:
        raise UnusableContent(f"The question has more than {_MAX_ANSWERS} answers")
    if "=" in answers and _is_matching(answers):
        return build_matching(stem, *_parse_pairs(answers, form)), []
    fields, losses = _parse_key(answers, form)
    return [{"question_text": stem, **fields}], losses


def _parse_key(answers: str, form: str) -> tuple[Fields, list[str]]:
    """Return the type and the key. Raises UnusableContent."""
    if not answers:
        return {"question_type": "essay"}, []
    if answers.startswith("#"):
        return _parse_numeric(answers[1:], form)
    if "~" in answers:
        return _parse_choice(answers, form)
    truth, *feedback = answers.split("#", 2)
    if truth.strip() in _TRUTH:
        explanation = _parse_text(feedback[1], form)[0] if len(feedback) > 1 else ""
        losses = [ANSWER_FEEDBACK] if feedback and feedback[0].strip() else []
        fields: Fields = {"question_type": "true_false", "correct_answer": _TRUTH[truth.strip()]}
        return {**fields, "explanation": explanation}, losses
    return _parse_short(answers, form)


def _is_matching(answers: str) -> bool:
    if "~" in answers or answers.startswith("#"):
        return False
    parts = [part.strip() for part in answers.split("=") if part.strip()]
    return bool(parts) and all("->" in part and not _WEIGHT.match(part) for part in parts)


def _parse_pairs(answers: str, form: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the pairs, and the right sides that have no left one."""
    sides = []
    for part in filter(str.strip, answers.split("=")):
        left, _, right = part.partition("->")
        sides.append((_parse_text(left, form)[0], _parse_text(right.partition("#")[0], "plain")[0]))
    return [(left, right) for left, right in sides if left], [right for left, right in sides if not left]


def _parse_short(answers: str, form: str) -> tuple[Fields, list[str]]:
    given = [
        answer for answer in _split_answers(answers, form, unmarked=100.0, plain=True) if answer.text != "*"
    ]
    accepted = _require_right(given, "answer")
    texts = [require_no_wildcard(answer.text) for answer in accepted]
    fields = {"question_type": "short_answer", "accepted_answers": list(dict.fromkeys(texts))}
    return {**fields, "explanation": accepted[0].feedback}, _find_losses(given, shown=accepted[0])


def _parse_choice(answers: str, form: str) -> tuple[Fields, list[str]]:
    options = _split_answers(answers, form, unmarked=0.0)
    marked = [option for option in options if option.marked]
    if len(marked) > 1:
        raise UnusableContent("More than one answer is marked as the right one")
    fields: Fields = {
        "question_type": "multiple_choice" if marked else "multiple_select",
        "options": [
            {"text": option.text, "is_correct": option.marked if marked else option.weight > 0}
            for option in options
        ],
    }
    if not marked:  # weights are shares, so there is nothing partly right
        return fields, [ANSWER_FEEDBACK] if any(option.feedback for option in options) else []
    return {**fields, "explanation": marked[0].feedback}, _find_losses(options, shown=marked[0])


def _parse_numeric(answers: str, form: str) -> tuple[Fields, list[str]]:
    given = _split_answers(answers.partition("~")[0], form, unmarked=100.0, plain=True)
    right = _require_right(given, "number")
    if len(right) > 1:
        raise UnusableContent("More than one number is right")
    centre, tolerance = _parse_interval(right[0].text)
    fields = {"question_type": "numeric", "correct_answer": centre, "tolerance": tolerance}
    return {**fields, "explanation": right[0].feedback}, _find_losses(given, shown=right[0])


def _find_losses(answers: Sequence[Answer], *, shown: Answer) -> list[str]:
    """Return what is not kept of answers, one of whose feedback is the explanation."""
    feedback = any(answer.feedback for answer in answers if answer is not shown)
    partial = any(0 < answer.weight < 100 for answer in answers)
    return [*([ANSWER_FEEDBACK] if feedback else []), *([PARTIAL_MARKS] if partial else [])]


def _parse_interval(text: str) -> tuple[float, float]:
    """Return the centre and the tolerance of `1822`, `1822:5` or `1817..1827`."""
    low, dots, high = text.partition("..")
    if dots:
        lower, upper = _parse_number(low), _parse_number(high)
        return float((lower + upper) / 2), float((upper - lower) / 2)
    centre, _, tolerance = text.partition(":")
    return float(_parse_number(centre)), float(_parse_number(tolerance or "0"))


def _parse_number(text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise UnusableContent(f"Not a number: {text.strip()[:40]!r}") from None
    if not number.is_finite() or abs(number.adjusted()) > _MAX_EXPONENT:
        raise UnusableContent("A number is out of range")
    return number


def _split_answers(text: str, form: str, *, unmarked: float, plain: bool = False) -> list[Answer]:
    """Return the parts that begin with `=` or `~`; `plain` answers have no markup, as what learners write.

    The weight of a part without one is `unmarked`; next to parts with `~`, a part with `=` always weighs 100.
    """
    choice = unmarked == 0
    marks = re.split(r"([=~])", text)
    parts = list(zip(["", *marks[1::2]], marks[::2], strict=True))
    if not parts[0][1].strip():
        parts = parts[1:]
    answers = [
        _parse_answer(mark, part.strip(), form, choice=choice, unmarked=unmarked, plain=plain)
        for mark, part in parts
    ]
    return [answer for answer in answers if answer.text or not plain]


def _parse_answer(mark: str, part: str, form: str, *, choice: bool, unmarked: float, plain: bool) -> Answer:
    marked = mark == "="
    weight = 100.0 if marked and choice else unmarked
    if not (marked and choice) and (match := _WEIGHT.match(part)):
        weight, part = float(match[1]), part[match.end() :]
    text, _, feedback = part.partition("#")
    read = _parse_text(text, "plain" if plain else form)[0]
    return Answer(read, _parse_text(feedback, form)[0], weight, marked)


def _require_right(answers: Sequence[Answer], noun: str) -> list[Answer]:
    right = [answer for answer in answers if answer.weight >= 100]
    if not right:
        raise UnusableContent(f"No {noun} is fully right")
    return right


def _parse_text(text: str, form: str = "moodle") -> tuple[str, str]:
    """Return the plain text and its format. HTML is recognised by its format, its tags or its entities."""
    text = text.strip()
    if match := _FORMAT.match(text):
        form, text = match[1], text[match.end() :]
    text = restore_escapes(text)
    if form == "html" or (form != "plain" and is_markup(text)):
        text = extract_text(text)
    return text.strip(), form
