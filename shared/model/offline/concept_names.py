"""Names of concepts, used again where they exist."""

from rapidfuzz import fuzz, process

_SAME_NAME = 88.0


def match_concept_name(concept: str, known: tuple[str, ...]) -> str:
    """Return the known name that spells the concept almost the same, or the concept itself."""
    match = process.extractOne(
        concept, known, scorer=fuzz.token_sort_ratio, processor=str.casefold, score_cutoff=_SAME_NAME
    )
    return match[0] if match else concept
