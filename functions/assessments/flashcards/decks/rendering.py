"""Rendering of Anki's card templates: no code runs, nothing is fetched, and the output is bounded."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from functions.assessments.flashcards.decks.errors import Unreadable
from functions.assessments.flashcards.decks.markup import MAX_HTML_CHARS

_TOKEN = re.compile(r"\{\{([^{}]*)\}\}")
_ANSWER = re.compile(r"<hr\s+id\s*=\s*[\"']?answer[\"']?\s*/?>", re.IGNORECASE)
_CLOZE_START = re.compile(r"\{\{c(\d{1,3})::")
_BRACES = re.compile(r"\}+")
_MAX_DEPTH = 8


@dataclass(frozen=True)
class Sides:
    """HTML of the two sides of a card; the answer does not repeat the question."""

    question: str
    answer: str


def render(question: str, answer: str, fields: Mapping[str, str], *, gap: int | None = None) -> Sides:
    """Render both templates with the fields; `gap` is the number of the card's cloze deletion.

    Raises Unreadable for sides that grow too large.
    """
    front = _fill_template(question, fields, gap=gap, answered=False)
    parts = _ANSWER.split(answer, maxsplit=1)
    back = _fill_template(parts[-1], {**fields, "FrontSide": ""}, gap=gap, answered=True)
    if len(parts) > 1 and not back.strip():
        back = _fill_template(parts[0], {**fields, "FrontSide": ""}, gap=gap, answered=True)
    return Sides(front, back)


@dataclass(frozen=True)
class Gap:
    """A cloze deletion: the hidden text, and the hint in its place."""

    number: int
    text: str
    hint: str


def list_gaps(text: str) -> list[Gap]:
    """Return every deletion of the text, inner ones before those around them."""
    gaps: list[Gap] = []

    def replace(gap: Gap) -> str:
        gaps.append(gap)
        return gap.text

    _replace_gaps(text, replace)
    return gaps


def keep_gap(text: str, number: int) -> str:
    """Return the text with only the deletions of this number marked; others become plain words."""

    def replace(gap: Gap) -> str:
        if gap.number != number:
            return gap.text
        return f"{{{{c{number}::{gap.text}{f'::{gap.hint}' if gap.hint else ''}}}}}"

    return _replace_gaps(text, replace)


def _fill_template(template: str, fields: Mapping[str, str], *, gap: int | None, answered: bool) -> str:
    """Return the template with its fields, and without the sections whose conditions fail."""
    out: list[str] = []
    size = position = 0
    open_sections: list[tuple[str, bool]] = []
    for token in _TOKEN.finditer(template):
        is_visible = all(visible for _, visible in open_sections)
        piece = template[position : token.start()] if is_visible else ""
        position, name = token.end(), token[1].strip()
        if name[:1] in ("#", "^"):
            visible = _is_filled(name[1:].strip(), fields, gap) == (name[0] == "#")
            open_sections.append((name[1:].strip(), visible))
        elif name[:1] == "/":
            open_sections = _close_section(open_sections, name[1:].strip())
        elif is_visible:
            piece += _render_field(name, fields, gap=gap, answered=answered)
        out.append(piece)
        size += len(piece)
        if size > MAX_HTML_CHARS or len(open_sections) > _MAX_DEPTH:
            raise Unreadable("A card template produces too much text")
    tail = template[position:] if all(visible for _, visible in open_sections) else ""
    return "".join([*out, tail])


def _close_section(sections: list[tuple[str, bool]], name: str) -> list[tuple[str, bool]]:
    return sections[:-1] if sections and sections[-1][0] == name else sections


def _is_filled(name: str, fields: Mapping[str, str], gap: int | None) -> bool:
    if re.fullmatch(r"c\d{1,3}", name):
        return gap == int(name[1:])
    return bool(re.sub(r"<br\s*/?>|&nbsp;|<div>|</div>|\s", "", fields.get(name, "")))


def _render_field(name: str, fields: Mapping[str, str], *, gap: int | None, answered: bool) -> str:
    *filters, field = (part.strip() for part in name.split(":"))
    value = fields.get(field, "")
    if "cloze" in filters and gap is not None:
        return "" if answered else keep_gap(value, gap)
    if "type" in filters and not answered:
        return ""  # an input for the answer
    if any(each.startswith("tts") for each in filters):
        return ""  # spoken text, which is on the card in words as well
    return f"<br>{value}" if "hint" in filters and value else value


def _replace_gaps(text: str, replace: Callable[[Gap], str]) -> str:
    """Return the text with each deletion, the innermost first, replaced. One pass."""
    stack: list[tuple[int, list[str]]] = [(0, [])]
    position = 0
    while position < len(text):
        start = _CLOZE_START.match(text, position) if text[position] == "{" else None
        if start and len(stack) <= _MAX_DEPTH:
            stack.append((int(start[1]), []))
            position = start.end()
        elif len(stack) > 1 and text[position] == "}" and _ends_gap(text, position):
            number, parts = stack.pop()
            stack[-1][1].append(replace(_parse_gap(number, parts)))
            position += 2
        else:
            stack[-1][1].append(text[position])
            position += 1
    while len(stack) > 1:  # never closed: keep the words as they are
        number, parts = stack.pop()
        stack[-1][1].extend([f"{{{{c{number}::", *parts])
    return "".join(stack[0][1])


def _parse_gap(number: int, parts: list[str]) -> Gap:
    """Split at the mark of the hint. Inner deletions are single parts, so that their marks do not count."""
    mark = next((place for place, pair in enumerate(pairwise(parts)) if pair == (":", ":")), len(parts))
    return Gap(number, "".join(parts[:mark]), "".join(parts[mark + 2 :]))


def _ends_gap(text: str, position: int) -> bool:
    """Return whether a deletion ends here; of an odd number of braces the first belongs to the text."""
    run = _BRACES.match(text, position)
    return run is not None and len(run[0]) % 2 == 0
