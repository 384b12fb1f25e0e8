"""Concepts keep the names they have."""

from rapidfuzz import fuzz, process

_SAME_NAME = 88.0


def named(concept: str, known: tuple[str, ...]) -> str:
    """The known name that spells the concept almost the same, or the concept itself."""
    found = process.extractOne(
        concept, known, scorer=fuzz.token_sort_ratio, processor=str.casefold, score_cutoff=_SAME_NAME
    )
    return found[0] if found else concept
