"""Plain text of marked-up text, whichever parser reads it: with powers, formulas and lines of code."""

import re
from dataclasses import dataclass

from shared.text.formulas import FormulaReader
from shared.text.notation import lower_text, raise_text

BLOCK_TAGS = frozenset(
    {"address", "article", "blockquote", "br", "center", "dd", "div", "dl", "dt", "figure", "h1", "h2", "h3",
     "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "prompt", "section", "table", "tr", "ul"}
)  # fmt: skip
MATH_TAGS = frozenset(
    {"annotation", "annotation-xml", "maction", "math", "menclose", "merror", "mfenced", "mfrac", "mi",
     "mlabeledtr", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow", "ms",
     "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder",
     "munderover", "none", "semantics"}
)  # fmt: skip
VOID_TAGS = frozenset({"br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})

_SHIFTS = {"sup": raise_text, "sub": lower_text}
_CELLS = frozenset({"td", "th"})
_PRESERVED = frozenset({"pre", "textarea"})
_MAX_NESTED = 40  # powers in each other; deeper ones are words alone
_SPACES = re.compile(r"[ \t\r\n\f]+")
_AROUND_BREAKS = re.compile(r"(?<! ) *+\n[ \n]*+")
# Blanks of code, in characters that no document may have, until those of prose are tidied up.
_CODE = {" ": "\ufdd0", "\t": "\ufdd1", "\n": "\ufdd2"}
_HIDE_CODE = str.maketrans(_CODE)
_SHOW_CODE = str.maketrans({hidden: shown for shown, hidden in _CODE.items()})
_DROP_HIDDEN = dict.fromkeys(map(ord, _CODE.values()))


@dataclass
class _Frame:
    """An element that is open and rewritten as a whole, from `start` of the parts on."""

    name: str
    start: int


class TextBuilder:
    """The text of elements and words that come one after the other."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._frames: list[_Frame] = []
        self._formula = FormulaReader()
        self._preserved = 0

    def add_words(self, words: str) -> None:
        """Add the words, whose entities are replaced already."""
        words = words.translate(_DROP_HIDDEN)
        if self._formula.is_open:
            self._formula.add_words(collapse_spaces(words))
        elif self._preserved:
            lines = words.replace("\r\n", "\n")
            is_first = not self._parts or self._parts[-1] == "\n"  # the break after <pre> is none of the text
            self._parts.append((lines.removeprefix("\n") if is_first else lines).translate(_HIDE_CODE))
        else:
            self._parts.append(collapse_spaces(words))

    def add_gap(self, gap: str) -> None:
        """Add what stands in place of an element."""
        self._parts.append(gap)

    def open(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element; one without content is also closed."""
        if name in MATH_TAGS and (self._formula.is_open or name == "math"):
            self._formula.open(name, attributes)
            return
        if name == "img":
            self.add_words(attributes.get("alt", ""))
        elif name == "br" and self._preserved:
            self._parts.append(_CODE["\n"])
        elif name in _SHIFTS and len(self._frames) < _MAX_NESTED:
            self._frames.append(_Frame(name, len(self._parts)))
        else:
            self._break(name)
        self._preserved += name in _PRESERVED

    def close(self, name: str) -> None:
        """End an element, if it is open."""
        if name in MATH_TAGS and self._formula.is_open:
            self._parts.append(self._formula.close(name))
        elif name in _SHIFTS and any(frame.name == name for frame in self._frames):
            while self._frames[-1].name != name:
                self._close_frame()
            self._close_frame()
        else:
            self._preserved -= name in _PRESERVED and self._preserved > 0
            self._break(name)

    def finish(self) -> str:
        """Close what is open, and return the text."""
        self._parts.append(self._formula.finish())
        while self._frames:
            self._close_frame()
        return trim_lines("".join(self._parts)).translate(_SHOW_CODE)

    def _break(self, name: str) -> None:
        if name in BLOCK_TAGS:
            self._parts.append("\n")
        elif name in _CELLS:
            self._parts.append(" ")

    def _close_frame(self) -> None:
        frame = self._frames.pop()
        content = "".join(self._parts[frame.start :])
        del self._parts[frame.start :]
        self._parts.append(content if "\n" in content else _SHIFTS[frame.name](content))


def trim_lines(text: str) -> str:
    """Return the text without spaces around line breaks, empty lines, and spaces at the ends."""
    return _AROUND_BREAKS.sub("\n", text).strip()


def collapse_spaces(text: str) -> str:
    """Return the text with one space for each run of white space, as XHTML shows it."""
    return _SPACES.sub(" ", text)
