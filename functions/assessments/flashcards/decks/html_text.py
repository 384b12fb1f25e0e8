"""Reader of HTML: its words with the lines, lists, tables, powers, formulas and media that bear meaning.

One pass over the tags; what is no tag counts as words.
"""

import html
import re
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass

from functions.assessments.flashcards.decks.characters import strip_controls
from functions.assessments.flashcards.decks.media_names import format_image, is_elsewhere, resolve_name
from shared.text.formulas import FormulaReader
from shared.text.notation import lower_text, raise_text

_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
_TAG_START = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,30})[\s>]")
_MAX_TAG_CHARS = 1000
_ATTRIBUTE = re.compile(r"""(?<![A-Za-z-])([A-Za-z-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_BLANK = re.compile(r"[ \t\r\n\f]+")
_PRESERVED = re.compile(r"white-space\s{0,9}:\s{0,9}(?:pre|break-spaces)", re.IGNORECASE)

_TOGGLE = re.compile(r"""\bid\s{0,9}=\s{0,9}["']?toggle\b""")  # the button of Anki's image occlusion
_SILENT = frozenset({"script", "style", "template", "head", "noscript", "iframe", "object", "rp"})
_LINES = frozenset(
    {"address", "article", "blockquote", "br", "center", "dd", "div", "dl", "dt", "figcaption", "figure",
     "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul"}
)  # fmt: skip
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "strike": "~~", "del": "~~"}
_MARK = "\x00"  # before emphasis, so that empty emphasis is told from the text's own characters
_MARKED = (f"{_MARK}**", f"{_MARK}*", f"{_MARK}~~")
_QUOTES = {False: "“", True: "”"}
_JOINED = frozenset({"sup", "sub", "rt", "td", "th"})  # elements whose content is rewritten as a whole
_MAX_JOINED = 8  # nested in each other; deeper ones are words alone
_CODE_BLANK, _CODE_TAB = "\x01", "\x02"  # stand for blanks that matter until all others are cleaned up
_CODE_BLANKS = str.maketrans({" ": _CODE_BLANK, "\t": _CODE_TAB})
_BLANK_OF_CODE = str.maketrans({_CODE_BLANK: " ", _CODE_TAB: "\t", "\xa0": " "})


@dataclass(frozen=True)
class HtmlText:
    """The text of HTML, and what could not become text, in words for the user."""

    text: str
    left_out: tuple[str, ...] = ()


@dataclass
class _Frame:
    """An element that is open; its words begin at `start` of the parts."""

    name: str
    start: int
    preserved: bool = False
    url: str = ""


def read_html(source: str, files: Container[str] = ()) -> HtmlText:
    """Return the text of the HTML; `files` are the names of media that are known."""
    if "<" not in source and "&" not in source:
        return HtmlText(_clean_lines(_BLANK.sub(" ", strip_controls(source))))
    reader = _Reader(files)
    for words, closing, name, attributes in _split_tags(strip_controls(source)):
        if words:
            reader.add_words(words)
        if name:
            reader.add_tag(name, attributes, closing=bool(closing))
    return HtmlText(reader.finish(), tuple(reader.left_out))


class _Reader:
    """The state of a pass over the tags."""

    def __init__(self, files: Container[str]) -> None:
        self._files = files
        self.left_out: dict[str, None] = {}
        self._parts: list[str] = []
        self._frames: list[_Frame] = []
        self._open: Counter[str] = Counter()
        self._preserved = 0
        self._silent = ""
        self._lists: list[
            tuple[str, int]
        ] = []  # the kind of each open list, with the number of its next item
        self._cells: list[int] = []  # of each open row of a table
        self._formula = FormulaReader()

    def add_words(self, words: str) -> None:
        if self._silent:
            return
        if self._formula.is_open:
            self._formula.add_words(html.unescape(_BLANK.sub(" ", words)))
        elif self._preserved:
            self._add_code(html.unescape(words))
        else:
            self._parts.append(html.unescape(_BLANK.sub(" ", words)))

    def add_tag(self, name: str, attributes: str, *, closing: bool) -> None:
        if self._silent:
            self._silent = "" if closing and name == self._silent else self._silent
            return
        if self._formula.is_open and name in _LINES:  # it holds no paragraphs: it was never closed
            self._parts.append(self._formula.finish())
        if self._formula.is_open or (name == "math" and not closing):
            self._add_math(name, attributes, closing=closing)
        elif name in _SILENT or (name == "button" and _TOGGLE.search(attributes)):
            self._skip(name, attributes, closing=closing)
        else:
            self._add_text_tag(name, attributes, closing=closing)

    def finish(self) -> str:
        """Close what is open, and return the text."""
        self._parts.append(self._formula.finish())
        while self._frames:
            self._close_frame()
        return _clean_lines("".join(self._parts))

    def _add_code(self, text: str) -> None:
        """Add text whose blanks and empty lines matter; the first line break of an element does not."""
        if self._frames and len(self._parts) == self._frames[-1].start:
            text = text.removeprefix("\n")
        first, *lines = text.translate(_CODE_BLANKS).split("\n")
        inner = [line or _CODE_BLANK for line in lines[:-1]]
        self._parts.append("\n".join([first, *inner, *lines[-1:]]))

    def _skip(self, name: str, attributes: str, *, closing: bool) -> None:
        values = _read_attributes(attributes)
        self._silent = "" if closing else name
        source = values.get("src") or values.get("data", "")
        if closing or not source:
            return
        if is_elsewhere(source) and not source.startswith(("data:", "javascript:")):
            self._parts.append(f" ({source.strip()}) ")
        else:
            self._leave_out("An embedded page or object was left out")

    def _leave_out(self, reason: str) -> None:
        self.left_out[reason] = None

    def _add_text_tag(self, name: str, attributes: str, *, closing: bool) -> None:
        if name in _MARKS:
            if not self._preserved:
                self._parts.append(f"{_MARK}{_MARKS[name]}")
        elif closing:
            self._close(name)
        else:
            self._open_element(name, attributes)

    def _open_element(self, name: str, attributes: str) -> None:
        if name == "svg":
            self._leave_out("A drawing within the text (SVG) was left out")
        self._parts.append(self._begin(name, attributes))
        if name in _VOID or _is_closed(attributes):
            return
        joined = name in _JOINED
        url = "" if self._open["a"] else _find_url(name, attributes)
        if joined and sum(self._open[each] for each in _JOINED) >= _MAX_JOINED:
            return
        is_preserved = name == "pre" or bool(attributes and name != "br" and _PRESERVED.search(attributes))
        if (
            joined
            or is_preserved
            or name in ("div", "span", "code", "a", "table", "tr", "ol", "ul", "q", "ruby")
        ):
            self._frames.append(_Frame(name, len(self._parts), is_preserved, url))
            self._open[name] += 1
            self._preserved += is_preserved

    def _begin(self, name: str, attributes: str) -> str:
        """Return what stands before the content of the element."""
        if name == "li":
            return self._begin_item(attributes)
        if name == "tr":
            self._cells.append(0)
        if name in ("td", "th"):
            return self._begin_cell()
        if name in ("ol", "ul"):
            start = _read_attributes(attributes).get("start", "1")
            kind = _read_attributes(attributes).get("type", "1") if name == "ol" else ""
            self._lists.append((kind, int(start) if re.fullmatch(r"-?[0-9]{1,6}", start) else 1))
            return "\n" if len(self._lists) == 1 else ""
        if name == "q":
            return _QUOTES[False]
        if name in ("img", "audio", "video", "source", "embed"):
            return self._render_media(name, _read_attributes(attributes))
        return "\n" if name in _LINES else ""

    def _begin_item(self, attributes: str) -> str:
        if not self._lists:
            return "\n- "
        kind, number = self._lists[-1]
        value = _read_attributes(attributes).get("value", "") if "value" in attributes else ""
        number = int(value) if re.fullmatch(r"[0-9]{1,6}", value) else number
        self._lists[-1] = (kind, number + 1)
        indent = "\xa0\xa0" * min(len(self._lists) - 1, _MAX_JOINED)
        return f"\n{indent}{_label_item(kind, number)} "

    def _begin_cell(self) -> str:
        if not self._cells:
            return ""
        self._cells[-1] += 1
        return " | " if self._cells[-1] > 1 else ""

    def _close(self, name: str) -> None:
        if not self._open[name]:
            self._parts.append(
                "\n" if name in _LINES and name != "li" else " " if name in ("td", "th") else ""
            )
            return
        while self._frames[-1].name != name:
            self._close_frame()
        self._close_frame()
        if name in _LINES and name != "tr" and not (name in ("ol", "ul") and self._lists):
            self._parts.append("\n")

    def _close_frame(self) -> None:
        """Close the innermost element: rewrite its content where its kind asks for it."""
        frame = self._frames.pop()
        self._open[frame.name] -= 1
        self._preserved -= frame.preserved
        if frame.name in _JOINED:
            content = "".join(self._parts[frame.start :])
            del self._parts[frame.start :]
            self._parts.append(self._rewrite(frame.name, content))
        elif frame.name in ("ol", "ul") and self._lists:
            self._lists.pop()
        elif frame.name == "tr" and self._cells:
            self._cells.pop()
        elif frame.name == "q":
            self._parts.append(_QUOTES[True])
        elif frame.url and frame.url.partition("//")[2].rstrip("/") not in "".join(
            self._parts[frame.start :]
        ):
            self._parts.append(f" ({frame.url})")

    def _rewrite(self, name: str, content: str) -> str:
        if name in ("td", "th"):
            return content.strip(" \n").replace("\n", " " if self._cells else "\n") + (
                "" if self._cells else " "
            )
        if name == "rt":
            return f"({content.strip()})" if content.strip() else ""
        if "\n" in content or "![" in content:
            return content
        bare = content.replace(f"{_MARK}**", "").replace(f"{_MARK}*", "").replace(f"{_MARK}~~", "")
        return raise_text(bare) if name == "sup" else lower_text(bare)

    def _render_media(self, name: str, values: dict[str, str]) -> str:
        source, words = values.get("src", "").strip(), _BLANK.sub(" ", values.get("alt", ""))
        if source.startswith("data:"):
            self._leave_out("A picture or sound within the text itself was left out; add it as a file")
            return words
        if not source:
            return words
        if is_elsewhere(source):
            return f"{words} ({source})"  # on another server: keep the words, load nothing
        file = resolve_name(source, self._files)
        return format_image(file, words) if name == "img" else f"[sound:{file}]"

    def _add_math(self, name: str, attributes: str, *, closing: bool) -> None:
        if closing:
            self._parts.append(self._formula.close(name))
        elif name not in _VOID:
            self._formula.open(name, _read_attributes(attributes))
            if _is_closed(attributes):
                self._parts.append(self._formula.close(name))


def _split_tags(text: str) -> list[tuple[str, str, str, str]]:
    """Return words with the tag after them: `/` if it closes, its name, its attributes."""
    pieces: list[tuple[str, str, str, str]] = []
    words_from = position = 0
    while (position := text.find("<", position)) >= 0:
        tag, end = _match_tag(text, position)
        if tag is None:
            position += 1
            continue
        pieces.append((text[words_from:position], *tag))
        words_from = position = end
    pieces.append((text[words_from:], "", "", ""))
    return pieces


def _match_tag(text: str, start: int) -> tuple[tuple[str, str, str] | None, int]:
    if text.startswith(("<!", "<?"), start):
        mark = "-->" if text.startswith("<!--", start) else ">"
        end = text.find(mark, start)
        return ("", "", ""), len(text) if end < 0 else end + len(mark)
    match = _TAG.match(text, start, start + _MAX_TAG_CHARS)
    if match:
        return (match[1], match[2].lower(), match[3].strip()), match.end()
    if (long := _TAG_START.match(text, start)) and (end := text.find(">", start + _MAX_TAG_CHARS)) >= 0:
        return (long[1], long[2].lower(), text[long.end() : end]), end + 1
    return None, start


def _is_closed(attributes: str) -> bool:
    return attributes == "/" or attributes.endswith((" /", '"/', "'/"))


def _read_attributes(attributes: str) -> dict[str, str]:
    if "=" not in attributes:
        return {}
    return {key.lower(): html.unescape(a or b or c) for key, a, b, c in _ATTRIBUTE.findall(attributes)}


def _find_url(name: str, attributes: str) -> str:
    """Return the address that a link leads to, or an empty string."""
    url = _read_attributes(attributes).get("href", "").strip() if name == "a" else ""
    return url if url.lower().startswith(("http://", "https://")) else ""


def _label_item(kind: str, number: int) -> str:
    if not kind:
        return "-"
    if kind.lower() == "a" and 1 <= number <= 26:
        return f"{chr(ord(kind) + number - 1)}."
    return f"{number}."


def _clean_lines(text: str) -> str:
    """Drop empty emphasis, blanks at the ends of lines, and all but one of several empty lines."""
    for mark in _MARKED if _MARK in text else ():
        text = re.sub(rf"{re.escape(mark)}(\s*){re.escape(mark)}", r"\1", text)
    lines = [line.strip(" ") for line in text.split("\n")]
    cleaned = [line for position, line in enumerate(lines) if line or (position and lines[position - 1])]
    whole = "\n".join(cleaned).strip().translate(_BLANK_OF_CODE)
    return strip_controls("\n".join(line.rstrip() for line in whole.split("\n")).strip("\n"))
