"""Rich Text Format (RTF 1.9.1): headings by outline level or style, paragraphs, lists, tables, notes.

Formulas and pictures are left out.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from infra.local.retrieval.blocks import Block, Damaged, Parsed, clean_line, merge_blocks, require_text
from shared.text.notation import lower_text, raise_text

_TOKEN = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
_UNREAD = frozenset(
    {
        "annotation", "atnauthor", "atnicn", "atnid", "atnref", "atntime", "bkmkend", "bkmkstart",
        "colortbl", "colorschememapping", "datafield", "datastore", "do", "filetbl", "fldinst", "footer",
        "footerf", "footerl", "footerr", "generator", "header", "headerf", "headerl", "headerr", "info",
        "latentstyles", "listtable", "listoverridetable", "mmath", "nonshppict", "objdata", "operator",
        "pict", "pgptbl", "private", "revtbl", "rsidtbl", "shpinst", "sn", "sp", "sv", "tc", "template",
        "themedata", "txe", "upr", "userprops", "xe", "xmlnstbl",
    }
)  # fmt: skip
_SIGNS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ", "qmspace": " ",
    "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
}  # fmt: skip
_ESCAPES = {"~": " ", "_": "-", "{": "{", "}": "}", "\\": "\\", "\n": "\n", "\r": "\n"}
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250",
}  # fmt: skip
_HEADING_NAME = re.compile(r"(heading|überschrift|titre|título) ?\d|title$|titel$", re.IGNORECASE)
_GOALS = {
    "footnote": "note", "ftnalt": "endnote", "fonttbl": "fonts", "stylesheet": "styles", "pntext": "mark",
    "listtext": "mark",
}  # fmt: skip
_CHANGES: dict[str, Callable[[int | None], dict[str, Any]]] = {
    "uc": lambda number: {"fallback": max(0, number or 0)},
    "super": lambda number: {"place": "" if number == 0 else "super"},
    "sub": lambda number: {"place": "" if number == 0 else "sub"},
    "nosupersub": lambda _: {"place": ""},
    "v": lambda number: {"is_hidden": number != 0},
    "deleted": lambda number: {"is_hidden": number != 0},
    "plain": lambda _: {"place": "", "is_hidden": False},
}
_MAX_DEPTH = 10_000  # of groups


@dataclass(frozen=True)
class _State:
    """The properties that a group inherits and gives back at its end."""

    goal: str = "text"  # of the group's words: text, note, endnote, fonts, styles, mark, nothing
    fallback: int = 1  # characters that follow one of Unicode, for older programs
    codec: str = ""
    place: str = ""
    is_hidden: bool = False


@dataclass
class _Paragraph:
    """The paragraph at hand, and the cells of the row before it."""

    parts: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    style: int = 0
    level: int = 9
    is_item: bool = False
    is_cell: bool = False


def parse_rich_text(data: bytes) -> Parsed:
    """Parse RTF. Raises Unreadable."""
    reader = _Reader(data.decode("latin-1"))
    return require_text(Parsed(merge_blocks(reader.read())), "The document has no text")


class _Reader:
    """A reader of groups, control words and text, in one pass."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._state = _State()
        self._groups: list[tuple[_State, _Paragraph]] = []
        self._paragraph = _Paragraph()
        self._blocks: list[Block] = []
        self._notes: dict[str, list[Block]] = {"note": [], "endnote": []}
        self._bytes = bytearray()
        self._codec = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._styles: dict[int, str] = {}
        self._skipped = 0  # characters still to be left out as a fallback
        self._is_starred = False

    def read(self) -> list[Block]:
        """Read the whole document; footnotes follow their paragraph, endnotes the document."""
        position = 0
        while match := _TOKEN.match(self._source, position):
            position = match.end() + self._take(match)
        self._end_paragraph()
        return [*self._blocks, *self._notes["note"], *self._notes["endnote"]]

    def _take(self, match: re.Match[str]) -> int:
        """Take a token; return the number of characters of binary data to pass over."""
        word, number, code, escape, brace, text = match.groups()
        if code is not None:
            if not self._pass_over():
                self._bytes.append(int(code, 16))
            return 0
        self._decode()
        if brace is not None:
            self._open() if brace == "{" else self._close()
        elif word is not None:
            return self._obey(word, int(number) if number else None)
        elif escape == "*":
            self._is_starred = True
        elif escape is not None:
            self._add(_ESCAPES.get(escape, ""))
        elif text is not None:
            cut = min(self._skipped, len(text))
            self._skipped -= cut
            self._add(text[cut:])
        return 0

    def _pass_over(self) -> bool:
        self._skipped -= 1
        if self._skipped < 0:
            self._skipped = 0
            return False
        return True

    def _open(self) -> None:
        if len(self._groups) >= _MAX_DEPTH:
            raise Damaged("The document is damaged and could not be read")
        self._groups.append((self._state, self._paragraph))
        self._is_starred, self._skipped = False, 0

    def _close(self) -> None:
        if not self._groups:
            return
        goal = self._state.goal
        self._state, outer = self._groups.pop()
        if goal in self._notes and self._state.goal != goal:
            self._notes[goal].extend(self._build_blocks(self._paragraph))
            self._paragraph = outer
        self._skipped = 0

    def _decode(self) -> None:
        if self._bytes:
            codec = self._state.codec or self._codec
            text = self._bytes.decode(codec, "replace")
            self._bytes.clear()
            self._add(text)

    def _add(self, text: str) -> None:
        goal = self._state.goal
        if goal == "styles":
            self._styles[self._paragraph.style] = self._styles.get(self._paragraph.style, "") + text
        elif goal in {"text", "note", "endnote"} and text and not self._state.is_hidden:
            shift = {"super": raise_text, "sub": lower_text}.get(self._state.place)
            self._paragraph.parts.append(shift(text) if shift else text)

    def _obey(self, word: str, number: int | None) -> int:
        is_starred, self._is_starred = self._is_starred, False
        if word == "bin":
            return max(0, number or 0)
        if word in _UNREAD or (is_starred and word not in {"footnote", "pn"}):
            self._state = replace(self._state, goal="nothing")
        elif word == "u":
            self._add(chr((number or 0) % 0x10000))
            self._skipped = self._state.fallback
        elif word in _SIGNS:
            self._add(_SIGNS[word])
        elif word in _GOALS:
            self._aim(_GOALS[word])
        elif word in _CHANGES:
            self._state = replace(self._state, **_CHANGES[word](number))
        elif self._state.goal != "nothing":
            self._lay_out(word, number)
        return 0

    def _aim(self, goal: str) -> None:
        if self._state.goal == "nothing":
            return
        if goal == "note":
            self._paragraph = _Paragraph()
        elif goal == "mark":
            self._paragraph.is_item = True
        elif goal == "styles":
            self._paragraph = _Paragraph()
        self._state = replace(self._state, goal=goal)

    def _lay_out(self, word: str, number: int | None) -> None:
        paragraph = self._paragraph
        if word in {"par", "sect", "page"}:
            self._end_paragraph()
        elif word in {"cell", "nestcell"}:
            paragraph.cells.append(clean_line(_join(paragraph.parts)))
            paragraph.parts.clear()
        elif word in {"row", "nestrow"}:
            self._end_row()
        elif word == "pard":
            paragraph.style, paragraph.level, paragraph.is_item, paragraph.is_cell = 0, 9, False, False
        elif word == "s" and self._state.goal != "fonts":
            paragraph.style = number or 0
        elif word == "outlinelevel":
            paragraph.level = 9 if number is None else number
        elif word == "ls":
            paragraph.is_item = True
        elif word == "intbl":
            paragraph.is_cell = True
        else:
            self._set_encoding(word, number or 0)

    def _set_encoding(self, word: str, number: int) -> None:
        if word == "ansicpg":
            self._codec = _find_codec(f"cp{number}") or self._codec
        elif word == "f":
            self._font = number
            self._state = replace(self._state, codec=self._fonts.get(number, ""))
        elif word == "fcharset" and self._state.goal == "fonts":
            self._fonts[self._font] = _CHARSETS.get(number, "")

    def _end_paragraph(self) -> None:
        if self._paragraph.is_cell or self._state.goal in self._notes:
            self._add("\n")
            return
        self._blocks.extend(self._build_blocks(self._paragraph))
        self._paragraph.parts.clear()
        if not self._paragraph.is_item:
            self._blocks.extend(self._notes["note"])
            self._notes["note"].clear()

    def _end_row(self) -> None:
        cells = self._paragraph.cells
        self._blocks.append(Block("table", " | ".join(cells) if any(cells) else ""))
        cells.clear()

    def _build_blocks(self, paragraph: _Paragraph) -> Iterator[Block]:
        line = clean_line(_join(paragraph.parts))
        name = self._styles.get(paragraph.style, "").strip().rstrip(";")
        if not line:
            return
        if 0 <= paragraph.level < 9 or _HEADING_NAME.match(name):
            yield Block("heading", line)
        elif paragraph.is_item:
            yield Block("list", f"- {line}")
        else:
            yield Block("paragraph", line)


def _join(parts: list[str]) -> str:
    """Join the parts; characters beyond the first plane come as two halves."""
    return "".join(parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _find_codec(name: str) -> str | None:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None
