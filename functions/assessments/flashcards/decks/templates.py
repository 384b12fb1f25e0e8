"""Anki's card templates: fields, conditions, filters. No code runs and nothing is fetched."""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from functions.assessments.flashcards.decks.errors import Unreadable
from functions.assessments.flashcards.decks.gaps import keep_gap, list_gaps
from functions.assessments.flashcards.decks.markup import MAX_HTML_CHARS, to_plain

# Fields have no control characters, so these are none of their own.
FRONT = "\x01"  # stands for the front within the back
_FOLD_START, _FOLD_END = "\x02", "\x03"  # around what is folded
_FOLDED = re.compile(r"\x02[^\x03]*+\x03")

_DELIMITERS = re.compile(r"\s*\{\{=\s{0,9}(\S{1,9})\s{1,9}(\S{1,9}?)\s{0,9}=\}\}")
_GAP_NUMBER = re.compile(r"c(\d{1,3})")
_NOTHING = re.compile(r"(?:\s|&nbsp;|</?(?:br|div)\s?/?>)*+", re.IGNORECASE)
_MAX_DEPTH = 8
_SECTION_MARKS = frozenset("#^/")
_SPOKEN_START, _SPOKEN_END = "[anki:tts", "[/anki:tts]"


@dataclass(frozen=True)
class Token:
    """A piece of a template: text, or the name within delimiters.

    `mark` is `#`, `^` or `/` where `name` is that of a section; `filters` are those of a field, outermost
    first.
    """

    text: str
    is_name: bool
    mark: str = ""
    name: str = ""
    filters: tuple[str, ...] = ()


@dataclass
class Filling:
    """A side of a card with its fields filled in.

    `hints` are folded, each with the name of its field, and part of `unfolded` alone; `spoken` is read aloud
    and not shown; `hidden` are the texts of fields whose cloze deletions the side shows.
    """

    html: str = ""
    unfolded: str = ""
    hints: list[tuple[str, str]] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)


def fill_template(template: str, fields: Mapping[str, str], *, gap: int | None, is_answer: bool) -> Filling:
    """Return the template with its fields, and without the sections whose conditions fail.

    `gap` is the number of the card's cloze deletion. Raises Unreadable for a side that grows too large.
    """
    filling = Filling()
    out: list[str] = []
    size = 0
    sections: list[tuple[str, bool]] = []
    hiding = 0
    for token in split_template(template):
        piece = "" if token.is_name or hiding else token.text
        if token.mark == "/":
            if sections and sections[-1][0] == token.name:
                hiding -= not sections.pop()[1]
        elif token.mark:
            is_shown = _is_filled(token.name, fields, gap) == (token.mark == "#")
            sections.append((token.name, is_shown))
            hiding += not is_shown
        elif token.is_name and not hiding:
            piece = _fill_field(token, fields, filling, gap=gap, is_answer=is_answer)
        out.append(piece)
        size += len(piece)
        if size > MAX_HTML_CHARS or len(sections) > _MAX_DEPTH:
            raise Unreadable("A card template produces too much text")
    folded = _take_spoken("".join(out), filling.spoken)
    filling.html = _FOLDED.sub("", folded)
    filling.unfolded = folded.replace(_FOLD_START, "").replace(_FOLD_END, "")
    return filling


@lru_cache(maxsize=256)  # a deck has few templates and many notes
def split_template(template: str) -> tuple[Token, ...]:
    """Return the pieces of the template; comments are left out, and other delimiters are obeyed."""
    return tuple(_iterate_tokens(template))


def is_empty(text: str) -> bool:
    """Return whether Anki takes the field for empty."""
    return _NOTHING.fullmatch(text) is not None


def _iterate_tokens(template: str) -> Iterator[Token]:
    opening, closing, position = "{{", "}}", 0
    if change := _DELIMITERS.match(template):
        opening, closing, position = change[1], change[2], change.end()
    pattern = re.compile(f"<!--|{re.escape(opening)}")
    while found := pattern.search(template, position):
        yield Token(template[position : found.start()], is_name=False)
        end = template.find("-->" if found[0] == "<!--" else closing, found.end())
        if end < 0:
            position = found.start()
            break
        if found[0] == "<!--":
            position = end + 3
            continue
        *words, name = template[found.end() : end].split(opening)
        yield Token("".join(opening + each for each in words), is_name=False)
        yield _parse_name(name.lstrip("{").strip())
        position = end + len(closing)
        if opening == "{{" and template.startswith("{{{", found.start()):
            position += template.startswith("}", position)
    yield Token(template[position:], is_name=False)


def _parse_name(text: str) -> Token:
    if text[:1] in _SECTION_MARKS:
        return Token(text, is_name=True, mark=text[:1], name=text[1:].strip())
    *filters, name = (part.strip() for part in text.split(":"))
    return Token(text, is_name=True, name=name, filters=tuple(filters))


def _is_filled(name: str, fields: Mapping[str, str], gap: int | None) -> bool:
    if name not in fields and (number := _GAP_NUMBER.fullmatch(name)):
        return gap == int(number[1])
    return not is_empty(fields.get(name, ""))


def _fill_field(
    token: Token, fields: Mapping[str, str], filling: Filling, *, gap: int | None, is_answer: bool
) -> str:
    """Return the field as its filters, the one nearest to its name first, leave it."""
    filters, name = token.filters, token.name
    value = fields.get(name, "")
    if "type" in filters:  # an input for the answer, which the back shows
        return "" if "cloze" in filters or not is_answer else value
    for each in reversed(filters):
        if each in ("cloze", "cloze-only"):
            value = _fill_gaps(value, filling, gap=gap, is_answer=is_answer)
        elif each == "hint" and not is_answer:
            if is_empty(value):
                return ""
            filling.hints.append((name, value))
            value = f"{_FOLD_START}<br>{value}{_FOLD_END}"
        elif each == "hint":
            value = f"<br>{value}" if value else ""
        elif each.startswith("tts"):
            filling.spoken.append(value)
            return ""
        elif each in _FILTERS:
            value = _FILTERS[each](value)
    return value


def _fill_gaps(value: str, filling: Filling, *, gap: int | None, is_answer: bool) -> str:
    """Return the text with the card's gaps alone; a text without any is not shown, as in Anki."""
    if gap is None:
        return value
    if is_answer or not any(gap in each.numbers for each in list_gaps(value)):
        return ""
    if value not in filling.hidden:
        filling.hidden.append(value)
    return keep_gap(value, gap)


def _take_spoken(text: str, spoken: list[str]) -> str:
    """Return the text without what Anki reads aloud, which is added to `spoken`."""
    out: list[str] = []
    position = 0
    while (start := text.find(_SPOKEN_START, position)) >= 0 and (end := text.find(_SPOKEN_END, start)) >= 0:
        words_from = text.find("]", start) + 1
        out.append(text[position:start])
        spoken.append(text[words_from:end])
        position = end + len(_SPOKEN_END)
    return "".join([*out, text[position:]])


def _replace_readings(text: str, build: Callable[[str, str], str]) -> str:
    """Return the text with each word and the reading in brackets behind it, as in `山[やま]`, replaced."""
    text = text.replace("&nbsp;", " ")
    out: list[str] = []
    position = close = 0
    search_from = 0
    while (opening := text.find("[", search_from)) >= 0:
        if close < opening + 2:
            close = text.find("]", opening + 2)
        if close < 0:
            break
        start = max(text.rfind(" ", position, opening), text.rfind(">", position, opening), position - 1) + 1
        word, reading = text[start:opening], text[opening + 1 : close]
        if not word or "\n" in reading:
            search_from = opening + 1
            continue
        before = text[position:start]
        if reading.startswith("sound:"):
            out.append(text[position : close + 1])
        else:
            out += [before.removesuffix(" "), build(word, reading)]
        position = search_from = close + 1
    return "".join([*out, text[position:]])


def _take_words(text: str) -> str:
    return _replace_readings(text, lambda word, _: word)


def _take_readings(text: str) -> str:
    return _replace_readings(text, lambda _, reading: reading)


def _build_ruby(text: str) -> str:
    return _replace_readings(text, lambda word, reading: f"<ruby><rb>{word}</rb><rt>{reading}</rt></ruby>")


def _strip_markup(text: str) -> str:
    return html.escape(to_plain(text), quote=False)


_FILTERS: dict[str, Callable[[str], str]] = {
    "kanji": _take_words,
    "kana": _take_readings,
    "furigana": _build_ruby,
    "text": _strip_markup,
}
