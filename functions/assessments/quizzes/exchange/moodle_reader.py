"""Reading Moodle's XML (docs.moodle.org, "Moodle XML format").

Matching, ordering, gaps and embedded answers (Cloze) become a question for each part.
"""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element, tostring

from functions.assessments.quizzes.exchange.cloze import read_cloze
from functions.assessments.quizzes.exchange.errors import UnusableContent
from functions.assessments.quizzes.exchange.losses import ANSWER_FEEDBACK, PARTIAL_MARKS, find_lost_media
from functions.assessments.quizzes.exchange.markup import extract_text, is_markup
from functions.assessments.quizzes.exchange.models import (
    Fields,
    FoundQuestion,
    QuizContents,
    RejectedQuestion,
)
from functions.assessments.quizzes.exchange.numbers import parse_number
from functions.assessments.quizzes.exchange.parts import (
    MARK,
    build_choice,
    build_matching,
    build_ordering,
    fill_gaps,
    share_points,
)
from functions.assessments.quizzes.exchange.wildcards import require_no_wildcard
from functions.assessments.quizzes.exchange.xml_parser import get_name

_NUMBERED_GAP = re.compile(r"\[\[(\d{1,3})\]\]")

Read = tuple[list[Fields], list[str]]  # the questions, and what they leave out


def read_moodle(root: Element) -> QuizContents:
    """Read the questions of a `quiz`; the first category is the title."""
    items: list[FoundQuestion | RejectedQuestion] = []
    settings: Fields = {}
    questions = [each for each in root if get_name(each) == "question"]
    for row, question in enumerate(questions, 1):
        kind = question.get("type", "")
        if kind == "category":
            name = _read_text(_child(question, "category")).rpartition("/")[2].strip()
            if name and name != "top":
                settings.setdefault("title", name)
            continue
        try:
            parts, left_out = _read_question(kind, question)
            items += [FoundQuestion(row, part, tuple(left_out)) for part in parts]
        except UnusableContent as problem:
            name = _read_text(_child(question, "name"))[:60]
            items.append(RejectedQuestion(row, f"{name}: {problem}" if name else str(problem)))
    return QuizContents(items, settings, "Moodle XML")


def _read_question(kind: str, question: Element) -> Read:
    if kind == "description":
        raise UnusableContent("This is a description and not a question")
    if kind not in _READERS:
        raise UnusableContent(f"Moodle's question type {kind[:40] or 'without a name'} is not supported")
    parts, losses = _READERS[kind](_read_text(_child(question, "questiontext")), question)
    explanation = _read_text(_child(question, "generalfeedback"))
    tags = [_read_plain(each) for each in _children(_child(question, "tags"), "tag")]
    points = parse_number(_read_plain(_child(question, "defaultgrade")) or "1")
    common: Fields = {"tags": [tag for tag in tags if tag], "explanation": explanation}
    source = tostring(question, encoding="unicode").replace("&lt;", "<")
    read = [{**common, **part} for part in share_points(parts, points if points > 0 else None)]
    return read, [*find_lost_media(source), *losses, *_find_lost_feedback(question, explanation)]


def _find_lost_feedback(question: Element, explanation: str) -> list[str]:
    answers = [*_children(question, "answer"), *_children(question, "subquestion")]
    feedback = {_read_text(_child(each, "feedback")) for each in answers} - {"", explanation}
    return [ANSWER_FEEDBACK] if feedback else []


def _read_choice(stem: str, question: Element) -> Read:
    answers = [(_read_text(each), _read_fraction(each)) for each in _children(question, "answer")]
    single = _read_plain(_child(question, "single")).lower() not in ("false", "0")
    best = max((fraction for _, fraction in answers), default=0.0)
    options = [
        {"text": text, "is_correct": fraction >= max(best, 1e-9) if single else fraction > 0}
        for text, fraction in answers
    ]
    losses = [PARTIAL_MARKS] if single and any(0 < fraction < best for _, fraction in answers) else []
    question_type = "multiple_choice" if single else "multiple_select"
    return [{"question_text": stem, "question_type": question_type, "options": options}], losses


def _read_truth(stem: str, question: Element) -> Read:
    right = [_read_text(each).lower() for each in _children(question, "answer") if _read_fraction(each) > 50]
    if right not in (["true"], ["false"]):
        raise UnusableContent("It does not say whether it is true or false")
    return [{"question_text": stem, "question_type": "true_false", "correct_answer": right == ["true"]}], []


def _read_short(stem: str, question: Element) -> Read:
    answers = [(_read_plain(each), _read_fraction(each)) for each in _children(question, "answer")]
    given = [(text, fraction) for text, fraction in answers if text and text != "*"]
    accepted = [require_no_wildcard(text) for text, fraction in given if fraction >= 100]
    if not accepted:
        raise UnusableContent("No answer is fully right")
    fields: Fields = {"question_type": "short_answer", "accepted_answers": list(dict.fromkeys(accepted))}
    losses = [PARTIAL_MARKS] if any(0 < fraction < 100 for _, fraction in given) else []
    return [{"question_text": stem, **fields}], losses


def _read_numerical(stem: str, question: Element) -> Read:
    answers = [
        (_read_plain(each), _read_plain(_child(each, "tolerance")), _read_fraction(each))
        for each in _children(question, "answer")
    ]
    given = [each for each in answers if each[0] and each[0] != "*"]
    right = [(number, tolerance) for number, tolerance, fraction in given if fraction >= 100]
    if len(right) != 1:
        raise UnusableContent("Exactly one number must be right")
    fields: Fields = {
        "question_type": "numeric",
        "correct_answer": parse_number(right[0][0]),
        "tolerance": abs(parse_number(right[0][1] or "0")),
    }
    units = {
        _read_plain(_child(each, "unit_name"))
        for each in _children(_child(question, "units"), "unit")
        if parse_number(_read_plain(_child(each, "multiplier")) or "1") == 1
    }
    if len(units) == 1:
        fields["unit"] = units.pop()
    losses = [PARTIAL_MARKS] if len(given) > 1 and any(0 < each[2] < 100 for each in given) else []
    return [{"question_text": stem, **fields}], losses


def _read_matching(stem: str, question: Element) -> Read:
    sides = [
        (_read_text(each), _read_text(_child(each, "answer"))) for each in _children(question, "subquestion")
    ]
    pairs = [(left, right) for left, right in sides if left]
    return build_matching(stem, pairs, [right for left, right in sides if not left]), []


def _read_essay(stem: str, question: Element) -> Read:
    notes = _read_text(_child(question, "graderinfo"))
    points = parse_number(_read_plain(_child(question, "defaultgrade")) or "1")
    rubric = [{"text": notes[:1000], "points": points}] if notes and points > 0 else []
    return [{"question_text": stem, "question_type": "essay", "rubric": rubric}], []


def _read_gaps(stem: str, question: Element) -> Read:
    """Read words to choose for gaps; those of one group can fill the same gaps."""
    boxes = [*_children(question, "dragbox"), *_children(question, "selectoption")]
    words = [(_read_text(box), _read_plain(_child(box, "group")) or "1") for box in boxes]
    numbers = [int(number) for number in _NUMBERED_GAP.findall(stem)]
    if not numbers or not all(1 <= number <= len(words) for number in numbers):
        raise UnusableContent("The gaps do not match the words to choose from")
    text = _NUMBERED_GAP.sub(MARK, stem)
    return [
        build_choice(
            fill_gaps(text, place),
            [word for word, group in words if group == words[number - 1][1]],
            words[number - 1][0],
        )
        for place, number in enumerate(numbers)
    ], []


def _read_order(stem: str, question: Element) -> Read:
    return build_ordering(stem, [_read_text(each) for each in _children(question, "answer")]), []


def _read_embedded(stem: str, question: Element) -> Read:
    parts, losses = read_cloze(_read_plain(_child(question, "questiontext")) or stem)
    return parts, losses


_READERS: dict[str, Callable[[str, Element], Read]] = {
    "multichoice": _read_choice,
    "truefalse": _read_truth,
    "shortanswer": _read_short,
    "numerical": _read_numerical,
    "matching": _read_matching,
    "ddmatch": _read_matching,
    "essay": _read_essay,
    "gapselect": _read_gaps,
    "ddwtos": _read_gaps,
    "ordering": _read_order,
    "cloze": _read_embedded,
    "multianswer": _read_embedded,
}


def _child(element: Element | None, name: str) -> Element | None:
    return next(iter(_children(element, name)), None)


def _children(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else [each for each in element if get_name(each) == name]


def _read_plain(element: Element | None) -> str:
    """Return the characters of the element's `text`, or its own."""
    text = _child(element, "text")
    found = element if text is None else text
    return "" if found is None else "".join(found.itertext()).strip()


def _read_text(element: Element | None) -> str:
    """Return the plain text, of HTML what it shows."""
    source = _read_plain(element)
    form = "" if element is None else element.get("format", "")
    if form == "html" or (form != "plain_text" and is_markup(source)):
        return extract_text(source)
    return source


def _read_fraction(answer: Element) -> float:
    return parse_number(answer.get("fraction") or "0")
