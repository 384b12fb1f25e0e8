"""Reading questions in Moodle's GIFT (docs.moodle.org, "GIFT format"), as Moodle reads them.

Answers have no feedback of their own here: the explanation of a question is its general feedback, or else the
feedback of its right answer. Partial weights count as wrong.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from functions.assessments.quizzes.exchange.errors import UnusableContent
from functions.assessments.quizzes.exchange.gift_escapes import hide_escapes, restore_escapes
from functions.assessments.quizzes.exchange.markup import extract_text, is_markup
from functions.assessments.quizzes.exchange.models import FoundQuestion, QuizContents, RejectedQuestion
from functions.assessments.quizzes.questions.models import MAX_QUESTIONS

_BLANK = "_____"
_CATEGORY = "$CATEGORY:"
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,10})?)%")
_TAG = re.compile(r"\[tag:((?:[^\[\]\\]|\\.){1,200})\]")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_MAX_EXPONENT = 330  # beyond any float
_MAX_ANSWERS = 100  # of one question; what a type takes is checked later

Fields = dict[str, Any]


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
            fields = _parse_question(hide_escapes(block.text))
            items.append(FoundQuestion(block.row, {**fields, "tags": block.tags}))
        except UnusableContent as problem:
            items.append(RejectedQuestion(block.row, str(problem)))
    return QuizContents(items, settings)


def _split_blocks(text: str) -> Iterator[Block]:
    lines: list[str] = []
    tags: list[str] = []
    row = 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        stripped = line.strip()
        if stripped.startswith("//"):
            tags += [re.sub(r"\\(.)", r"\1", tag) for tag in _TAG.findall(stripped)]
        elif stripped:
            row = row if lines else number
            lines.append(stripped)
        else:
            if lines:
                yield Block(row, "\n".join(lines), tags)
            lines, tags = [], []


def _get_last_name(category: str) -> str:
    """Return the last name of a path such as `$course$/top/Botany//Leaves`; `//` is a slash of a name."""
    parts = re.split(r"(?<!/)/(?!/)", category.strip())
    return parts[-1].replace("//", "/").strip()


def _parse_question(text: str) -> Fields:
    """Return the fields of the question in a block. Raises UnusableContent."""
    if text.startswith("::") and (end := text.find("::", 2)) >= 0:
        text = text[end + 2 :].strip()
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        raise UnusableContent("There are no answers: this is a description and not a question")
    if not 0 <= start < end:
        raise UnusableContent("The braces do not match")
    answers, feedback = _split_feedback(text[start + 1 : end])
    follows = text[end + 1 :]
    stem, form = _parse_text(text[:start] + (f"{_BLANK}{follows}" if follows.strip() else ""))
    fields = _parse_answers(answers.strip(), form)
    general = _parse_text(feedback, form)[0]
    return {**fields, "question_text": stem, "explanation": general or fields.get("explanation", "")}


def _split_feedback(inner: str) -> tuple[str, str]:
    """Return the answers, and the general feedback after them."""
    before, mark, after = inner.rpartition("####")
    return (before, after) if mark else (after, "")


def _parse_answers(answers: str, form: str) -> Fields:
    """Return the type and the key. Raises UnusableContent."""
    if not answers:
        return {"question_type": "essay"}
    if answers.count("=") + answers.count("~") > _MAX_ANSWERS:
        raise UnusableContent(f"The question has more than {_MAX_ANSWERS} answers")
    if answers.startswith("#"):
        return _parse_numeric(answers[1:], form)
    if "~" in answers:
        return _parse_choice(answers, form)
    if "=" in answers and _is_matching(answers):
        raise UnusableContent("Matching questions are not supported")
    truth, *feedback = answers.split("#", 2)
    if truth.strip() in _TRUTH:
        explanation = _parse_text(feedback[1], form)[0] if len(feedback) > 1 else ""
        return {
            "question_type": "true_false",
            "correct_answer": _TRUTH[truth.strip()],
            "explanation": explanation,
        }
    accepted = _require_right(_split_answers(answers, form, unmarked=100.0), "answer")
    texts = list(dict.fromkeys(answer.text for answer in accepted))
    return {
        "question_type": "short_answer",
        "accepted_answers": texts,
        "explanation": accepted[0].feedback,
    }


def _is_matching(answers: str) -> bool:
    parts = [part.strip() for part in answers.split("=") if part.strip()]
    return all("->" in part and not _WEIGHT.match(part) for part in parts)


def _parse_choice(answers: str, form: str) -> Fields:
    options = _split_answers(answers, form, unmarked=0.0)
    marked = [option for option in options if option.marked]
    if len(marked) > 1:
        raise UnusableContent("More than one answer is marked as the right one")
    return {
        "question_type": "multiple_choice" if marked else "multiple_select",
        "options": [
            {"text": option.text, "is_correct": option.marked if marked else option.weight > 0}
            for option in options
        ],
        "explanation": marked[0].feedback if marked else "",
    }


def _parse_numeric(answers: str, form: str) -> Fields:
    parts = _split_answers(answers.partition("~")[0], form, unmarked=100.0)
    right = _require_right(parts, "number")
    if len(right) > 1:
        raise UnusableContent("More than one number is right")
    centre, tolerance = _parse_interval(right[0].text)
    return {
        "question_type": "numeric",
        "correct_answer": centre,
        "tolerance": tolerance,
        "explanation": right[0].feedback,
    }


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


def _split_answers(text: str, form: str, *, unmarked: float) -> list[Answer]:
    """Return the parts that begin with `=` or `~`.

    The weight of a part without one is `unmarked`; next to parts with `~`, a part with `=` always weighs 100.
    """
    choice = unmarked == 0
    marks = re.split(r"([=~])", text)
    parts = list(zip(["", *marks[1::2]], marks[::2], strict=True))
    if not parts[0][1].strip():
        parts = parts[1:]
    return [_parse_answer(mark, part.strip(), form, choice=choice, unmarked=unmarked) for mark, part in parts]


def _parse_answer(mark: str, part: str, form: str, *, choice: bool, unmarked: float) -> Answer:
    marked = mark == "="
    weight = 100.0 if marked and choice else unmarked
    if not (marked and choice) and (match := _WEIGHT.match(part)):
        weight, part = float(match[1]), part[match.end() :]
    text, _, feedback = part.partition("#")
    return Answer(_parse_text(text, form)[0], _parse_text(feedback, form)[0], weight, marked)


def _require_right(answers: Sequence[Answer], noun: str) -> list[Answer]:
    right = [answer for answer in answers if answer.weight >= 100]
    if not right:
        raise UnusableContent(f"No {noun} is fully right")
    return right


def _parse_text(text: str, form: str = "moodle") -> tuple[str, str]:
    """Return the plain text and its format. HTML is recognised by its format or its tags."""
    text = text.strip()
    if match := _FORMAT.match(text):
        form, text = match[1], text[match.end() :]
    text = restore_escapes(text)
    if form == "html" or (form != "plain" and is_markup(text)):
        text = extract_text(text)
    return text.strip(), form
