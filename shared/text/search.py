"""Words of any script, for searches through an index of their beginnings.

Chinese, Japanese, Thai, Lao, Khmer, Burmese and Tibetan put no spaces between words, and Korean joins words
to longer ones: there a search may begin within a run of letters, at each letter or syllable. Such inner
terms are short, and what a term finds is compared with the whole text.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

_UNSEGMENTED = (
    "\u0e00-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u1b00-\u1b7f\ua980-\ua9ff\uaa60-\uaadf"
    "\u3005-\u3007\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_LETTER = re.compile(f"[{_UNSEGMENTED}]")
_RUN = re.compile(f"[{_UNSEGMENTED}]+|[^{_UNSEGMENTED}]+")
_FIRST_JAMO = re.compile("[\u1100-\u115f]")  # Hangul is compared decomposed, as the rest
_MAX_UNSEGMENTED_CHARS, _MAX_JAMO = 3, 6  # of a term that begins within a run


class _Folding(dict[int, int | str | None]):
    """Maps characters for `str.translate`: no accents, a space for what belongs to no word."""

    def __missing__(self, code: int) -> int | str | None:
        char = chr(code)
        if unicodedata.combining(char):
            folded: int | str | None = None
        elif char.isalnum() or char == "_" or unicodedata.category(char).startswith("M"):
            folded = code
        else:
            folded = " "
        self[code] = folded
        return folded


_FOLDING = _Folding()


def split_words(text: str) -> list[str]:
    """Split into words without case and accents; a run of an unsegmented script is a word."""
    plain = text.casefold()
    if not plain.isascii():  # letters of formulas are plain ones with a case only when decomposed
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        return [run for word in plain.translate(_FOLDING).split() for run in split_runs(word)]
    return plain.translate(_FOLDING).split()


def split_runs(word: str) -> list[str]:
    """Split a word where a script without spaces begins or ends."""
    return [word] if word.isascii() else _RUN.findall(word)


def is_unsegmented(run: str) -> bool:
    """Tell whether a run, or the beginning of a text, is of a script without spaces between words."""
    return _LETTER.match(run) is not None


def list_inner_starts(word: str) -> list[int]:
    """List the places within a word, its beginning aside, at which a search may begin."""
    if word.isascii():
        return []
    if is_unsegmented(word):
        return [place for place, char in enumerate(word) if place and unicodedata.category(char)[0] != "M"]
    return [found.start() for found in _FIRST_JAMO.finditer(word) if found.start()]


def list_inner_terms(word: str) -> Iterator[str]:
    """Yield the terms that begin within a word, short ones."""
    limit = _MAX_UNSEGMENTED_CHARS if is_unsegmented(word) else _MAX_JAMO
    for start in list_inner_starts(word):
        for end in range(start + 1, min(start + limit, len(word)) + 1):
            yield word[start:end]


def get_inner_limit(text: str) -> int | None:
    """Return the characters of terms that begin as the text does, within a run; None where none do."""
    if is_unsegmented(text):
        return _MAX_UNSEGMENTED_CHARS
    return _MAX_JAMO if _FIRST_JAMO.match(text) else None


def contains_words(text: str, beginnings: Iterable[str]) -> bool:
    """Tell whether each beginning is that of a word, or stands where one may begin."""
    words = split_words(text)
    return all(any(_occurs(beginning, word) for word in words) for beginning in beginnings)


def _occurs(beginning: str, word: str) -> bool:
    return word.startswith(beginning) or (
        beginning in word and any(word.startswith(beginning, start) for start in list_inner_starts(word))
    )
