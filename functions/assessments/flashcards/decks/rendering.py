"""Anki's card templates, in plain Python: no code runs, nothing is fetched, and what comes out is bounded."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from functions.assessments.flashcards.decks.errors import Unreadable
from functions.assessments.flashcards.decks.plain import LONGEST_HTML

_TOKEN = re.compile(r"\{\{([^{}]*)\}\}")
_ANSWER = re.compile(r"<hr\s+id\s*=\s*[\"']?answer[\"']?\s*/?>", re.IGNORECASE)
_CLOZE_START = re.compile(r"\{\{c(\d{1,3})::")
_BRACES = re.compile(r"\}+")
_DEEPEST = 8


@dataclass(frozen=True)
class Sides:
    """HTML of the two sides of a card; the answer is what comes after the question."""

    question: str
    answer: str


def render(question: str, answer: str, fields: Mapping[str, str], *, gap: int | None = None) -> Sides:
    """The sides that the two templates make of the fields; `gap` is the number of the card's cloze.

    Raises Unreadable for what grows beyond all bounds.
    """
    front = _filled(question, fields, gap=gap, answered=False)
    parts = _ANSWER.split(answer, maxsplit=1)
    back = _filled(parts[-1], {**fields, "FrontSide": ""}, gap=gap, answered=True)
    if len(parts) > 1 and not back.strip():
        back = _filled(parts[0], {**fields, "FrontSide": ""}, gap=gap, answered=True)
    return Sides(front, back)


@dataclass(frozen=True)
class Gap:
    """A cloze deletion: what is hidden, and the hint in its place."""

    number: int
    text: str
    hint: str


def clozes(text: str) -> list[Gap]:
    """Every deletion of the text, inner ones before those around them."""
    found: list[Gap] = []

    def shown(gap: Gap) -> str:
        found.append(gap)
        return gap.text

    _walk(text, shown)
    return found


def kept_gap(text: str, number: int) -> str:
    """The text with only the deletions of this number marked; the others are words like any."""

    def shown(gap: Gap) -> str:
        if gap.number != number:
            return gap.text
        return f"{{{{c{number}::{gap.text}{f'::{gap.hint}' if gap.hint else ''}}}}}"

    return _walk(text, shown)


def _filled(template: str, fields: Mapping[str, str], *, gap: int | None, answered: bool) -> str:
    """The template with its fields put in, and without the sections whose fields do not hold."""
    out: list[str] = []
    size = position = 0
    open_sections: list[tuple[str, bool]] = []
    for token in _TOKEN.finditer(template):
        showing = all(holds for _, holds in open_sections)
        piece = template[position : token.start()] if showing else ""
        position, name = token.end(), token[1].strip()
        if name[:1] in ("#", "^"):
            holds = _holds(name[1:].strip(), fields, gap) == (name[0] == "#")
            open_sections.append((name[1:].strip(), holds))
        elif name[:1] == "/":
            open_sections = _closed(open_sections, name[1:].strip())
        elif showing:
            piece += _field(name, fields, gap=gap, answered=answered)
        out.append(piece)
        size += len(piece)
        if size > LONGEST_HTML or len(open_sections) > _DEEPEST:
            raise Unreadable("A template makes too much of its fields")
    tail = template[position:] if all(holds for _, holds in open_sections) else ""
    return "".join([*out, tail])


def _closed(sections: list[tuple[str, bool]], name: str) -> list[tuple[str, bool]]:
    return sections[:-1] if sections and sections[-1][0] == name else sections


def _holds(name: str, fields: Mapping[str, str], gap: int | None) -> bool:
    if re.fullmatch(r"c\d{1,3}", name):
        return gap == int(name[1:])
    return bool(re.sub(r"<br\s*/?>|&nbsp;|<div>|</div>|\s", "", fields.get(name, "")))


def _field(name: str, fields: Mapping[str, str], *, gap: int | None, answered: bool) -> str:
    *filters, field = (part.strip() for part in name.split(":"))
    value = fields.get(field, "")
    if "cloze" in filters and gap is not None:
        return "" if answered else kept_gap(value, gap)
    if "type" in filters and not answered:
        return ""  # there one types what the other side tells
    if any(each.startswith("tts") for each in filters):
        return ""  # what a voice reads out stands there in words as well
    return f"<br>{value}" if "hint" in filters and value else value


def _walk(text: str, shown: Callable[[Gap], str]) -> str:
    """The text with each deletion, the innermost first, replaced by what is `shown` of it. One pass."""
    stack: list[tuple[int, list[str]]] = [(0, [])]
    position = 0
    while position < len(text):
        start = _CLOZE_START.match(text, position) if text[position] == "{" else None
        if start and len(stack) <= _DEEPEST:
            stack.append((int(start[1]), []))
            position = start.end()
        elif len(stack) > 1 and text[position] == "}" and _closes(text, position):
            number, parts = stack.pop()
            stack[-1][1].append(shown(_gap(number, parts)))
            position += 2
        else:
            stack[-1][1].append(text[position])
            position += 1
    while len(stack) > 1:  # never closed: words as they stand
        number, parts = stack.pop()
        stack[-1][1].extend([f"{{{{c{number}::", *parts])
    return "".join(stack[0][1])


def _gap(number: int, parts: list[str]) -> Gap:
    """The parts are characters, but for inner deletions: a hint's mark in those is not this one's."""
    mark = next((place for place, pair in enumerate(pairwise(parts)) if pair == (":", ":")), len(parts))
    return Gap(number, "".join(parts[:mark]), "".join(parts[mark + 2 :]))


def _closes(text: str, position: int) -> bool:
    """Whether a deletion ends here: of an odd number of braces the first is the text's own, as in LaTeX."""
    run = _BRACES.match(text, position)
    return run is not None and len(run[0]) % 2 == 0
