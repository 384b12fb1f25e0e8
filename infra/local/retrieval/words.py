"""The words of a text as the search index and the summary compare them."""

import re
import unicodedata
from collections.abc import Iterable

from shared.text.search import is_unsegmented, split_runs
from shared.text.stems import stem

_WORD = re.compile(r"[^\W_]+(?:[+#]+(?!\w))?")  # C++ and C# are words
_ENGLISH_AND_GERMAN = """
a an and are as at be been but by can do does for from has have how if in into is it its of on or not
so such that the their then there these they this to was we were what when where which while who why will
with you your ex der die das den dem des ein eine einer einem einen und oder ist sind war wird werden von zu
mit im am auf fur nicht auch als bei es sich wie
"""  # without their accents, as they are compared
_STOPWORDS = frozenset(_ENGLISH_AND_GERMAN.split())


def list_stems(text: str, *languages: str) -> list[str]:
    """Return the stems of a text's words in order, of each language where they differ, without stopwords.

    Where words are written without spaces, each two letters that follow each other are a stem.
    """
    return [
        variant
        for word in _WORD.findall(_without_marks(text.casefold()))
        if word not in _STOPWORDS
        for run in split_runs(word)
        for variant in _list_variants(run, languages)
    ]


def _list_variants(run: str, languages: Iterable[str]) -> Iterable[str]:
    if is_unsegmented(run):
        return [run[start : start + 2] for start in range(max(1, len(run) - 1))]
    return dict.fromkeys(stem(run, language) for language in languages)


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    marks = [char for char in set(decomposed) if unicodedata.category(char).startswith("M")]
    return decomposed.translate(dict.fromkeys(map(ord, marks)))
