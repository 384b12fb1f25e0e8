"""When two names mean one concept."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz, process

_SAME = (
    90.0  # percent of like characters: `Calvin cycle` and `The Calvin cycles`, not `osmosis` and `mitosis`
)
_ARTICLES = frozenset({"the", "a", "an"})


def named(
    known: Sequence[str], proposed: Iterable[str], *, most: int
) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """All names, the new ones last, and for each proposed name the one that stands for it.

    A name beyond `most` stands for nothing: its concept is left empty.
    """
    names = list(known)
    folded = {_folded(name): name for name in names}
    standing: dict[str, str] = {}
    for name in proposed:
        wanted = _folded(name)
        if not wanted:
            standing[name] = ""
            continue
        found = folded.get(wanted) or _nearest(wanted, folded)
        if found is None and len(names) < most:
            names.append(name)
            folded[wanted] = found = name
        standing[name] = found or ""
    return tuple(names), standing


def _nearest(wanted: str, folded: Mapping[str, str]) -> str | None:
    best = process.extractOne(wanted, folded.keys(), scorer=fuzz.ratio, score_cutoff=_SAME)
    return folded[best[0]] if best else None


def _folded(name: str) -> str:
    """Without case, accents, articles and plural endings."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(each if each.isalnum() else " " for each in plain if not unicodedata.combining(each))
    words = [word for word in letters.split() if word not in _ARTICLES]
    return " ".join(_singular(word) for word in words)


def _singular(word: str) -> str:
    return (
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    )
