"""Questions in Moodle's GIFT (docs.moodle.org, "GIFT format"), read as Moodle reads them.

Answers have no feedback of their own here: a question is explained by its general feedback, else by that of
its right answer. Partial weights count as wrong.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from functions.assessments.quizzes.exchange.errors import Unusable
from functions.assessments.quizzes.exchange.gift_marks import hidden, shown
from functions.assessments.quizzes.exchange.markup import is_markup, words
from functions.assessments.quizzes.exchange.models import Found, Reading, Refused

_BLANK = "_____"
_CATEGORY = "$CATEGORY:"
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,10})?)%")
_TAG = re.compile(r"\[tag:((?:[^\[\]\\]|\\.){1,200})\]")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}

Fields = dict[str, Any]


class Block(NamedTuple):
    """Lines between empty ones; `row` is the first line that is no comment."""

    row: int
    text: str
    tags: list[str]


@dataclass(frozen=True)
class Answer:
    """`weight` is a percentage; `marked` tells that the answer began with `=`."""

    text: str
    feedback: str
    weight: float
    marked: bool


def read_gift(text: str) -> Reading:
    """The questions, and why others are none; the first category names the quiz."""
    items: list[Found | Refused] = []
    settings: Fields = {}
    for block in _blocks(text):
        if block.text.startswith(_CATEGORY):
            settings.setdefault("title", _last_name(block.text.removeprefix(_CATEGORY)))
            continue
        try:
            items.append(Found(block.row, {**_question(hidden(block.text)), "tags": block.tags}))
        except Unusable as problem:
            items.append(Refused(block.row, str(problem)))
    return Reading(items, settings)


def _blocks(text: str) -> Iterator[Block]:
    lines: list[str] = []
    tags: list[str] = []
    row = 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        kept = line.strip()
        if kept.startswith("//"):
            tags += [re.sub(r"\\(.)", r"\1", tag) for tag in _TAG.findall(kept)]
        elif kept:
            row = row if lines else number
            lines.append(kept)
        else:
            if lines:
                yield Block(row, "\n".join(lines), tags)
            lines, tags = [], []


def _last_name(category: str) -> str:
    """`$course$/top/Botany//Leaves`: slashes of a name itself are doubled."""
    parts = re.split(r"(?<!/)/(?!/)", category.strip())
    return parts[-1].replace("//", "/").strip()


def _question(text: str) -> Fields:
    """Raises Unusable."""
    if text.startswith("::") and (end := text.find("::", 2)) >= 0:
        text = text[end + 2 :].strip()
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        raise Unusable("There are no answers: it is a description")
    if not 0 <= start < end:
        raise Unusable("The braces do not match")
    answers, feedback = _apart(text[start + 1 : end])
    follows = text[end + 1 :]
    stem, form = _worded(text[:start] + (f"{_BLANK}{follows}" if follows.strip() else ""))
    fields = _keyed(answers.strip(), form)
    general = _worded(feedback, form)[0]
    return {**fields, "question_text": stem, "explanation": general or fields.get("explanation", "")}


def _apart(inner: str) -> tuple[str, str]:
    """The answers, and the general feedback after them."""
    before, mark, after = inner.rpartition("####")
    return (before, after) if mark else (after, "")


def _keyed(answers: str, form: str) -> Fields:
    """The type and the key, which the answers tell."""
    if not answers:
        return {"question_type": "essay"}
    if answers.startswith("#"):
        return _numeric(answers[1:], form)
    if "~" in answers:
        return _choice(answers, form)
    if "=" in answers and _is_matching(answers):
        raise Unusable("Matching questions are not taken")
    truth, *feedback = answers.split("#", 2)
    if truth.strip() in _TRUTH:
        right = _worded(feedback[1], form)[0] if len(feedback) > 1 else ""
        return {
            "question_type": "true_false",
            "correct_answer": _TRUTH[truth.strip()],
            "explanation": right,
        }
    accepted = _full(_answers(answers, form, unmarked=100.0), "answer")
    texts = list(dict.fromkeys(answer.text for answer in accepted))
    return {
        "question_type": "short_answer",
        "accepted_answers": texts,
        "explanation": accepted[0].feedback,
    }


def _is_matching(answers: str) -> bool:
    given = [part.strip() for part in answers.split("=") if part.strip()]
    return all("->" in part and not _WEIGHT.match(part) for part in given)


def _choice(answers: str, form: str) -> Fields:
    options = _answers(answers, form, unmarked=0.0)
    marked = [option for option in options if option.marked]
    if len(marked) > 1:
        raise Unusable("More than one answer is marked as the right one")
    right = marked or [option for option in options if option.weight > 0]
    return {
        "question_type": "multiple_choice" if marked else "multiple_select",
        "options": [{"text": option.text, "is_correct": option in right} for option in options],
        "explanation": marked[0].feedback if marked else "",
    }


def _numeric(answers: str, form: str) -> Fields:
    given = _answers(answers.partition("~")[0], form, unmarked=100.0)
    right = _full(given, "number")
    if len(right) > 1:
        raise Unusable("More than one number is right")
    centre, tolerance = _interval(right[0].text)
    return {
        "question_type": "numeric",
        "correct_answer": centre,
        "tolerance": tolerance,
        "explanation": right[0].feedback,
    }


def _interval(text: str) -> tuple[float, float]:
    """`1822`, `1822:5` or `1817..1827`, as the middle and what it may be off."""
    low, dots, high = text.partition("..")
    if dots:
        least, most = _number(low), _number(high)
        return float((least + most) / 2), float((most - least) / 2)
    middle, _, off = text.partition(":")
    return float(_number(middle)), float(_number(off or "0"))


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise Unusable(f"Not a number: {text.strip()[:40]!r}") from None
    if not number.is_finite() or abs(number.adjusted()) > 330:
        raise Unusable("A number is out of range")
    return number


def _answers(text: str, form: str, *, unmarked: float) -> list[Answer]:
    """The parts that begin with `=` or `~`; without a weight they weigh `unmarked`, and `=` all among `~`."""
    choice = unmarked == 0
    marks = re.split(r"([=~])", text)
    parts = list(zip(["", *marks[1::2]], marks[::2], strict=True))
    if not parts[0][1].strip():
        parts = parts[1:]
    return [_answer(mark, part.strip(), form, choice=choice, unmarked=unmarked) for mark, part in parts]


def _answer(mark: str, part: str, form: str, *, choice: bool, unmarked: float) -> Answer:
    marked = mark == "="
    weight = 100.0 if marked and choice else unmarked
    if not (marked and choice) and (given := _WEIGHT.match(part)):
        weight, part = float(given[1]), part[given.end() :]
    said, _, feedback = part.partition("#")
    return Answer(_worded(said, form)[0], _worded(feedback, form)[0], weight, marked)


def _full(answers: Sequence[Answer], what: str) -> list[Answer]:
    full = [answer for answer in answers if answer.weight >= 100]
    if not full:
        raise Unusable(f"No {what} is fully right")
    return full


def _worded(text: str, form: str = "moodle") -> tuple[str, str]:
    """The text in plain words, and its format; HTML is taken for such where it is said or seen to be."""
    text = text.strip()
    if mark := _FORMAT.match(text):
        form, text = mark[1], text[mark.end() :]
    text = shown(text)
    if form == "html" or (form != "plain" and is_markup(text)):
        text = words(text)
    return text.strip(), form
