"""Characters that a reader cannot see; in a prompt they could carry instructions nobody reads."""

import re
import unicodedata
from functools import lru_cache

_LINE_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
# Blank letters, variation selectors and joiners that Unicode does not file under Cf.
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufffe\uffff")
_JOINERS = frozenset("\u200c\u200d")
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs"})


@lru_cache(maxsize=4096)
def is_invisible(char: str) -> bool:
    """Tell whether a character leaves no mark; newline and tab are layout and count as visible.

    Such are controls, zero-width, bidi, tag, private-use and selector characters.
    """
    if char in "\n\t" or char in _VISIBLE_FORMATS:
        return False
    if char in _BLANKS or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return True
    return unicodedata.category(char) in _UNSEEN_CATEGORIES


def keep_printable(name: str, *, blank: str = "") -> str:
    """Replace what cannot be printed in a name by `blank`.

    Joiners between two letters stay: Persian, Sinhala and Malayalam are spelled with them.
    """
    return "".join(
        char if char.isprintable() or (char in _JOINERS and _joins_letters(name, place)) else blank
        for place, char in enumerate(name)
    )


def _joins_letters(name: str, place: int) -> bool:
    neighbours = (name[place - 1 : place], name[place + 1 : place + 2])
    return all(char and unicodedata.category(char)[0] in "LM" for char in neighbours)


def strip_invisible(text: str) -> str:
    """Remove invisible characters; every kind of line break becomes a newline."""
    return "".join(char for char in _LINE_BREAKS.sub("\n", text) if not is_invisible(char))
