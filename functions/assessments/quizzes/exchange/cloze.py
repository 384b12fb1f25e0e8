"""Embedded answers of Moodle (docs.moodle.org, "Embedded Answers (Cloze)"): a question for each gap."""

import html
import re
from typing import NamedTuple

from functions.assessments.quizzes.exchange.errors import UnusableContent
from functions.assessments.quizzes.exchange.losses import ANSWER_FEEDBACK, PARTIAL_MARKS
from functions.assessments.quizzes.exchange.markup import extract_text
from functions.assessments.quizzes.exchange.models import Fields
from functions.assessments.quizzes.exchange.numbers import parse_number
from functions.assessments.quizzes.exchange.parts import MARK, build_choice, fill_gaps
from functions.assessments.quizzes.exchange.wildcards import require_no_wildcard

_GAP = re.compile(r"\{(\d{0,4}):([A-Z_]{1,30}):((?:[^{}\\]|\\.){1,5000})\}", re.DOTALL)
_MAX_GAPS = 100  # each becomes a question with the whole text
_SEPARATOR = re.compile(r"(?<!\\)~")
_FEEDBACK = re.compile(r"(?<!\\)#")
_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{1,10})?)%")
_ESCAPE = re.compile(r"\\([{}~#=\\\"'/])")
_SHORT = frozenset({"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"})
_CHOICES = frozenset(
    {"MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH", "MULTICHOICE_S", "MCS",
     "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"}
)  # fmt: skip
_SEVERAL = frozenset(
    {"MULTIRESPONSE", "MR", "MULTIRESPONSE_H", "MRH", "MULTIRESPONSE_S", "MRS", "MULTIRESPONSE_HS", "MRHS"}
)  # fmt: skip
_NUMBERS = frozenset({"NUMERICAL", "NM"})


class _Answer(NamedTuple):
    text: str
    weight: float
    has_feedback: bool


def read_cloze(source: str) -> tuple[list[Fields], list[str]]:
    """Return a question for each gap, and what they leave out. Raises UnusableContent."""
    gaps = list(_GAP.finditer(source))
    if not gaps:
        raise UnusableContent("There is no gap with an answer")
    if len(gaps) > _MAX_GAPS:
        raise UnusableContent(f"More than {_MAX_GAPS} gaps in one question; split it")
    text = extract_text(_GAP.sub(MARK, source))
    parts, losses = [], []
    for place, gap in enumerate(gaps):
        answers = [_parse_answer(part) for part in _SEPARATOR.split(gap[3]) if part.strip()]
        parts.append(_build_part(gap[2], fill_gaps(text, place), answers))
        losses += [ANSWER_FEEDBACK] if any(answer.has_feedback for answer in answers) else []
        if gap[2] not in _SEVERAL and any(0 < answer.weight < 100 for answer in answers):
            losses.append(PARTIAL_MARKS)
    return parts, list(dict.fromkeys(losses))


def _parse_answer(part: str) -> _Answer:
    part, weight = part.strip(), 0.0
    if part.startswith("="):
        part, weight = part[1:], 100.0
    elif match := _WEIGHT.match(part):
        part, weight = part[match.end() :], float(match[1])
    text, *feedback = _FEEDBACK.split(part, maxsplit=1)
    return _Answer(
        html.unescape(_ESCAPE.sub(r"\1", text)).strip(), weight, bool(feedback and feedback[0].strip())
    )


def _build_part(kind: str, text: str, answers: list[_Answer]) -> Fields:
    right = [answer.text for answer in answers if answer.weight >= 100]
    if kind in _CHOICES:
        if len(right) != 1:
            raise UnusableContent("A gap does not have exactly one right answer")
        return build_choice(text, [extract_text(answer.text) for answer in answers], extract_text(right[0]))
    if kind in _SEVERAL:
        options = [{"text": extract_text(answer.text), "is_correct": answer.weight > 0} for answer in answers]
        return {"question_text": text, "question_type": "multiple_select", "options": options}
    if not right:
        raise UnusableContent("No answer to a gap is fully right")
    if kind in _SHORT:
        accepted = [require_no_wildcard(each) for each in right if each != "*"]
        return {
            "question_text": text,
            "question_type": "short_answer",
            "accepted_answers": list(dict.fromkeys(accepted)),
        }
    if kind in _NUMBERS and len(right) == 1:
        number, _, tolerance = right[0].partition(":")
        return {
            "question_text": text,
            "question_type": "numeric",
            "correct_answer": parse_number(number),
            "tolerance": abs(parse_number(tolerance or "0")),
        }
    raise UnusableContent(f"An embedded answer of the type {kind} is not supported")
