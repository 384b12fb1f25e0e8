"""Words broken at the ends of lines made whole by the vocabulary of the document itself."""

import re
from collections.abc import Iterable, Sequence

_DASHES = "-\u2010\u2011\u00ad"
_BROKEN = re.compile(rf"(?<![^\W\d_])(?<![{_DASHES}])((?:[^\W\d_]++[{_DASHES}])*)([^\W\d_]++)[{_DASHES}]$")
_ENDS = frozenset(_DASHES)
_MAX_BROKEN_CHARS = 100
_NEXT = re.compile(r"[^\W\d_]+")
_WORD = re.compile(
    r"(?<![-\w\u2010\u2011\u00ad])(?<![-\u2010\u00ad] )[^\W\d_]++(?:[-\u2010\u2011][^\W\d_]++)*+"
    r"(?!\w|[-\u2010\u2011\u00ad]++(?:\s|$))"
)
_INNER = re.compile(r"(?<![\w-])([^\W\d_]{2,}+)[-\u2010\u00ad] ([a-zà-ÿ]{2,}+)")
_HYPHENS = re.compile(r"[\u2010\u2011]")
_TYPESET_HYPHENS = ("\u2010", "\u00ad")
_MIN_TYPESET = 5
_OPEN_SIGNS = frozenset("/=?&_")  # within an address
_MIN_ADDRESS_CHARS = 12
_MIN_WORDS = 1_000  # a smaller vocabulary misses too many words to tell that one is not written together
_JOINTS = frozenset(["and", "or", "to", "und", "oder", "bis", "sowie", "y", "o", "ou", "et"])
_GERMAN_JOINTS = frozenset(["und", "oder", "bis", "sowie"])


class Vocabulary:
    """The words that a document writes whole, with and without hyphens, in lower case."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: set[str] = set()
        self._compounds: set[str] = set()
        broken = False
        typeset = 0
        for line in lines:
            typeset += line.endswith(_TYPESET_HYPHENS)
            first = _NEXT.match(line) if broken else None
            broken = line.rstrip()[-1:] in _ENDS
            for word in _WORD.findall(line, first.end() if first else 0):
                folded = _HYPHENS.sub("-", word.lower())
                if "-" in folded:
                    self._compounds.add(folded)
                else:
                    self._words.add(folded)
        # Where hyphens of the typesetter are characters of their own, the others are the author's.
        self._has_typeset = typeset >= _MIN_TYPESET

    def join_lines(self, lines: Sequence[str]) -> str:
        """Join the lines of a paragraph."""
        text = lines[0].rstrip()
        parts: list[str] = []
        for raw in lines[1:]:
            line = raw.strip()
            text, seam = self._choose_seam(text, line)
            parts += [text, seam]
            text = line
        parts.append(text)
        return _INNER.sub(self._mend, "".join(parts))

    def _choose_seam(self, text: str, line: str) -> tuple[str, str]:
        """Return the text before a line break as it goes on after it, and what stands between the two."""
        broken = _BROKEN.search(text[-_MAX_BROKEN_CHARS:]) if text[-1:] in _ENDS else None
        following = _NEXT.match(line) if broken else None
        if not broken or not following:
            return text, "" if _ends_open(text) else " "
        if text.endswith("\u00ad"):
            return text[:-1], ""
        last, after = broken[2], following.group()
        if self._hangs(last, after) and line[following.end() : following.end() + 1] not in _ENDS:
            return text, " "
        if (after[0].isupper() and not last.isupper()) or _is_address(text):
            return text, ""
        if self._has_typeset:
            return (text[:-1] if text.endswith(_TYPESET_HYPHENS) else text), ""
        before = _HYPHENS.sub("-", broken[1].lower())
        compound = bool(before) or line[following.end() : following.end() + 1] in _ENDS
        keeps = self._keeps_hyphen(before, last.lower(), after.lower(), compound=compound)
        return (text if keeps else text[:-1]), ""

    def _hangs(self, last: str, after: str) -> bool:
        """Return whether the hyphen stands for a word to come: "Vor- und Nachteile", "two- or threefold"."""
        if after not in _JOINTS or (last + after).lower() in self._words:
            return False
        return last.lower() in self._words or (after in _GERMAN_JOINTS and last[0].isupper())

    def _keeps_hyphen(self, before: str, last: str, after: str, *, compound: bool) -> bool:
        if f"{before}{last}-{after}" in self._compounds:
            return True
        if f"{before}{last}{after}" in self._compounds or last + after in self._words:
            return False
        if compound and after in _JOINTS:
            return True
        known = last in self._words and after in self._words
        return known and (compound or len(self._words) >= _MIN_WORDS)

    def _mend(self, found: re.Match[str]) -> str:
        """Join a word that was broken within a line, where the parts are no words by themselves."""
        last, after = found[1].lower(), found[2]
        if last + after in self._words or not (
            last in self._words or after in self._words or after in _JOINTS
        ):
            return found[1] + found[2]
        return found[0]


def _ends_open(text: str) -> bool:
    """Return whether no space belongs after the line: after a dash between words, or within an address."""
    last, before = text[-1:], text[-2:-1]
    if (last in "—–" and before.isalnum()) or (last == "-" and before.isdecimal()):
        return True
    token = text[-_MAX_BROKEN_CHARS:].rsplit(maxsplit=1)[-1:]
    if not token or last not in _OPEN_SIGNS:
        return False
    return "://" in token[0] or (last == "/" and len(token[0]) > _MIN_ADDRESS_CHARS)


def _is_address(text: str) -> bool:
    """Return whether the line ends within an address of the web, whose hyphens are its own."""
    token = text.rsplit(maxsplit=1)[-1]
    return "/" in token and text.endswith("-")
