"""Merging of names that mean the same concept."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz, process

# Percent of equal characters: `Calvin cycle` and `The Calvin cycles`, not `osmosis` and `mitosis`.
_MIN_SIMILARITY_PERCENT = 90.0
_ARTICLES = frozenset({"the", "a", "an"})


def merge_names(
    known: Sequence[str], proposed: Iterable[str], *, limit: int
) -> tuple[tuple[str, ...], Mapping[str, str]]:
    """Return all names, new ones last, and the canonical name of each proposed one.

    A new name beyond `limit` has the empty string as its canonical name.
    """
    names = list(known)
    by_folded = {_fold(name): name for name in names}
    canonical: dict[str, str] = {}
    for name in proposed:
        folded = _fold(name)
        if not folded:
            canonical[name] = ""
            continue
        match = by_folded.get(folded) or _nearest(folded, by_folded)
        if match is None and len(names) < limit:
            names.append(name)
            by_folded[folded] = match = name
        canonical[name] = match or ""
    return tuple(names), canonical


def _nearest(folded: str, by_folded: Mapping[str, str]) -> str | None:
    best = process.extractOne(
        folded, by_folded.keys(), scorer=fuzz.ratio, score_cutoff=_MIN_SIMILARITY_PERCENT
    )
    return by_folded[best[0]] if best else None


def _fold(name: str) -> str:
    """Remove case, accents, articles and plural endings."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(each if each.isalnum() else " " for each in plain if not unicodedata.combining(each))
    words = [word for word in letters.split() if word not in _ARTICLES]
    return " ".join(_singular(word) for word in words)


def _singular(word: str) -> str:
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural else word
