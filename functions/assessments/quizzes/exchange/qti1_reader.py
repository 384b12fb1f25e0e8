"""Reading QTI 1.2 (imsglobal.org), as Canvas, Blackboard and Respondus export it.

A matching question, one with several blanks or with several lists becomes a question for each part.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, tostring

from functions.assessments.quizzes.exchange.errors import UnusableContent
from functions.assessments.quizzes.exchange.losses import ANSWER_FEEDBACK, PARTIAL_MARKS, find_lost_media
from functions.assessments.quizzes.exchange.markup import extract_text
from functions.assessments.quizzes.exchange.models import Fields, FoundQuestion, RejectedQuestion
from functions.assessments.quizzes.exchange.numbers import parse_number
from functions.assessments.quizzes.exchange.parts import (
    GAP,
    OTHER_GAP,
    build_choice,
    build_matching,
    share_points,
)
from functions.assessments.quizzes.exchange.xml_parser import find_all, find_first, get_name, get_text
from functions.assessments.quizzes.questions.rules import FALSE, TRUE

_RESPONSES = frozenset({"response_lid", "response_str", "response_num"})
_REFUSED = {
    "calculated_question": "A question with a formula",
    "file_upload_question": "A question that asks for a file",
    "text_only_question": "A text without a question",
    "hot_spot_question": "A question on a place in a picture",
}
_EXPLANATIONS = ("general_fb", "general_incorrect_fb", "correct_fb", "solution", "correct")
_POINTS = ("points_possible", "qmd_absolutescore_max", "qmd_weighting")
_BLANK = re.compile(r"\[([^\[\]\s]{1,100})\]")


@dataclass
class _Key:
    """The answers to one response that score: the best ones, and whether others score in part."""

    right: list[str] = field(default_factory=list)
    bounds: list[tuple[float, float]] = field(default_factory=list)
    is_partial: bool = False


def read_title(root: Element) -> str:
    """Return the title of the assessment, an empty string where there is none."""
    assessment = find_first(root, "assessment")
    return "" if assessment is None else (assessment.get("title") or "").strip()


def read_items(roots: Sequence[Element], *, first_row: int = 1) -> list[FoundQuestion | RejectedQuestion]:
    """Read the items of all documents, in their order."""
    items = [item for root in roots for item in find_all(root, "item")]
    read: list[FoundQuestion | RejectedQuestion] = []
    for row, item in enumerate(items, first_row):
        try:
            parts, left_out = _read_item(item)
            read += [FoundQuestion(row, part, tuple(left_out)) for part in parts]
        except UnusableContent as problem:
            title = (item.get("title") or "").strip()[:60]
            read.append(RejectedQuestion(row, f"{title}: {problem}" if title else str(problem)))
    return read


def _read_item(item: Element) -> tuple[list[Fields], list[str]]:
    metadata = _read_metadata(item)
    kind = metadata.get("question_type") or metadata.get("bbmd_questiontype") or ""
    if kind in _REFUSED:
        raise UnusableContent(f"{_REFUSED[kind]} is not supported")
    presentation = find_first(item, "presentation")
    if presentation is None:
        raise UnusableContent("The item has no question")
    responses = [each for each in presentation.iter() if get_name(each) in _RESPONSES]
    if unknown := find_all(presentation, "response_xy", "response_grp", "response_extension"):
        raise UnusableContent(f"A {get_name(unknown[0])} is not supported")
    stem = _read_material(presentation)
    if not responses:
        raise UnusableContent("There is nothing to answer: this is a text and not a question")
    keys = {each.get("ident", ""): _read_key(item, each.get("ident", "")) for each in responses}
    parts = _read_parts(kind, stem, responses, keys)
    left_out = find_lost_media(tostring(item, encoding="unicode").replace("&lt;", "<"))
    left_out += [PARTIAL_MARKS] if any(key.is_partial for key in keys.values()) else []
    explanation, is_lossy = _read_explanation(item)
    left_out += [ANSWER_FEEDBACK] if is_lossy else []
    points = _parse_points(metadata)
    return [{**part, "explanation": explanation} for part in share_points(parts, points)], left_out


def _read_parts(kind: str, stem: str, responses: list[Element], keys: dict[str, _Key]) -> list[Fields]:
    if len(responses) == 1:
        return [_read_response(kind, stem, responses[0], keys[responses[0].get("ident", "")])]
    blanks = {name: f"[{name}]" for name in _BLANK.findall(stem)}
    lefts = [_read_material(each) for each in responses]
    if all(f"response_{name}" in keys for name in blanks) and len(blanks) == len(responses):
        return [_read_blank(kind, stem, each, keys, list(blanks)) for each in responses]
    if not all(lefts) or any(get_name(each) != "response_lid" for each in responses):
        raise UnusableContent(
            f"{len(responses)} answers to one question are supported for matching and blanks"
        )
    pairs: list[tuple[str, str]] = []
    answers: list[str] = []
    for left, response in zip(lefts, responses, strict=True):
        labels = _read_labels(response)
        right = keys[response.get("ident", "")].right
        if len(right) != 1 or right[0] not in labels:
            raise UnusableContent(f"There is not exactly one match for {left[:60]!r}")
        pairs.append((left, labels[right[0]]))
        answers += labels.values()
    return build_matching(stem, pairs, answers)


def _read_blank(kind: str, stem: str, response: Element, keys: dict[str, _Key], names: list[str]) -> Fields:
    """Read one of several blanks that are named in the text as `[name]`."""
    ident = response.get("ident", "")
    text = _BLANK.sub(
        lambda match: (
            match[0] if match[1] not in names else GAP if f"response_{match[1]}" == ident else OTHER_GAP
        ),
        stem,
    )
    if "dropdown" in kind:
        labels = _read_labels(response)
        right = [labels[each] for each in keys[ident].right if each in labels]
        return build_choice(text, list(labels.values()), right[0] if right else "")
    accepted = list(_read_labels(response).values()) or keys[ident].right
    return {"question_text": text, "question_type": "short_answer", "accepted_answers": _distinct(accepted)}


def _read_response(kind: str, stem: str, response: Element, key: _Key) -> Fields:
    labels = _read_labels(response)
    if get_name(response) == "response_lid" and labels:
        return _read_choice(stem, response, labels, key)
    if "essay" in kind.lower() or not (key.right or key.bounds):
        fib = find_first(response, "render_fib")
        if fib is None:
            raise UnusableContent("The question has no right answer")
        return {"question_text": stem, "question_type": "essay"}
    fib = find_first(response, "render_fib")
    is_number = fib is not None and fib.get("fibtype", "").lower() in ("integer", "decimal", "scientific")
    if key.bounds or is_number or "numer" in kind.lower() or get_name(response) == "response_num":
        centre, tolerance = _read_number(key)
        return {
            "question_text": stem,
            "question_type": "numeric",
            "correct_answer": centre,
            "tolerance": tolerance,
        }
    return {"question_text": stem, "question_type": "short_answer", "accepted_answers": _distinct(key.right)}


def _read_choice(stem: str, response: Element, labels: dict[str, str], key: _Key) -> Fields:
    if not key.right:
        raise UnusableContent("The question has no right answer")
    options = [{"text": text, "is_correct": ident in key.right} for ident, text in labels.items()]
    several = response.get("rcardinality", "Single").lower() == "multiple"
    question_type = "multiple_select" if several else "multiple_choice"
    if not several and sorted(text.capitalize() for text in labels.values()) == [FALSE, TRUE]:
        question_type = "true_false"
    return {"question_text": stem, "question_type": question_type, "options": options}


def _read_labels(response: Element) -> dict[str, str]:
    """Return the choices by their identifiers."""
    return {
        each.get("ident", ""): _read_material(each, inside=True)
        for each in find_all(response, "response_label")
    }


def _read_material(element: Element, *, inside: bool = False) -> str:
    """Return the text of the element's own materials, not of those that belong to its answers."""
    parts: list[str] = []
    pending = [iter(element)]
    while pending:
        child = next(pending[-1], None)
        if child is None:
            pending.pop()
            continue
        name = get_name(child)
        if name in ("mattext", "matemtext"):
            parts.append(_read_text(child))
        elif inside or (name not in _RESPONSES and name not in ("render_choice", "render_fib")):
            pending.append(iter(child))
    return "\n".join(part for part in parts if part)


def _read_text(mattext: Element) -> str:
    if len(mattext):
        return get_text(mattext)
    text = mattext.text or ""
    is_plain = mattext.get("texttype", "text/plain").lower() == "text/plain" and "<" not in text
    return text.strip() if is_plain else extract_text(text)


def _read_key(item: Element, ident: str) -> _Key:
    """Return the answers of the conditions that score most for this response."""
    best, key = 0.0, _Key()
    for condition in find_all(item, "respcondition"):
        right, bounds = _read_condition(condition, ident)
        score = _read_score(condition)
        if score <= 0 or not (right or bounds):
            continue
        if best and abs(score - best) > 1e-9:
            key.is_partial = True
        if score > best + 1e-9:
            best, key.right, key.bounds = score, right, bounds
        elif score >= best - 1e-9:
            key.right += [each for each in right if each not in key.right]
            key.bounds += bounds
    return key


def _read_condition(condition: Element, ident: str) -> tuple[list[str], list[tuple[float, float]]]:
    """Return the answers and the intervals that fulfil the condition, those under `not` left out."""
    right: list[str] = []
    bounds: list[tuple[float, float]] = []
    low: float | None = None
    pending = [each for each in condition if get_name(each) == "conditionvar"]
    while pending:
        element = pending.pop(0)
        name, value = get_name(element), (element.text or "").strip()
        if element.get("respident", ident) != ident:
            continue
        if name in ("varequal", "varsubset", "varsubstring"):
            right.append(value)
        elif name in ("vargte", "vargt"):
            low = parse_number(value)
        elif name in ("varlte", "varlt") and low is not None:
            bounds.append((low, parse_number(value)))
            low = None
        elif name != "not":
            pending = [*element, *pending]
    return right, bounds


def _read_score(condition: Element) -> float:
    """Return what the condition adds to the score; words such as `SCORE.max` are the whole."""
    scores = []
    for each in find_all(condition, "setvar"):
        text = (each.text or "").strip()
        try:
            scores.append(float(text))
        except ValueError:
            scores.append(100.0 if text.lower().endswith("max") else 0.0)
    if scores:
        return max((each for each in scores if math.isfinite(each)), default=0.0)
    shown = {each.get("linkrefid", "").lower() for each in find_all(condition, "displayfeedback")}
    return 100.0 if "correct" in shown else 0.0


def _read_number(key: _Key) -> tuple[float, float]:
    """Return the centre and the tolerance of the interval that is right, or the number."""
    if key.bounds:
        if len(set(key.bounds)) > 1:
            raise UnusableContent("More than one range of numbers is right")
        low, high = key.bounds[0]
        return (low + high) / 2, abs(high - low) / 2
    if len(set(key.right)) != 1:
        raise UnusableContent("Exactly one number must be right")
    return parse_number(key.right[0]), 0.0


def _read_explanation(item: Element) -> tuple[str, bool]:
    """Return the feedback on the whole question, and whether there is other feedback."""
    feedback = {
        each.get("ident", ""): _read_material(each, inside=True) for each in find_all(item, "itemfeedback")
    }
    feedback = {name: text for name, text in feedback.items() if text}
    named = [name for name in _EXPLANATIONS if name in feedback]
    chosen = named[0] if named else next(iter(feedback), "") if len(feedback) == 1 else ""
    return feedback.get(chosen, ""), len({*feedback.values()}) > bool(chosen)


def _read_metadata(item: Element) -> dict[str, str]:
    fields = {
        get_text(find_first(each, "fieldlabel")): get_text(find_first(each, "fieldentry"))
        for each in find_all(item, "qtimetadatafield")
    }
    plain = find_first(item, "itemmetadata")
    direct = {} if plain is None else {get_name(each): (each.text or "").strip() for each in plain}
    return {**direct, **fields}


def _parse_points(metadata: dict[str, str]) -> float | None:
    for name in _POINTS:
        text = metadata.get(name, "")
        if text:
            number = parse_number(text)
            return number if number > 0 else None
    return None


def _distinct(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(" ".join(text.split()) for text in texts if text.strip()))
