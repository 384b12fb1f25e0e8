"""When two names are the same tag, and what a new set of tags changes."""

import unicodedata
from collections import Counter
from collections.abc import Iterable

MAX_TAGS = 200
MAX_TAGS_PER_DOCUMENT = 20
DEFAULT_COLOR = "#6B7280"


def fold_name(name: str) -> str:
    """Case, width and spacing do not tell tags apart."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def remove_duplicates(names: Iterable[str]) -> list[str]:
    """Each tag once, as first written."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(fold_name(name), name)
    return list(first.values())


def count_changes(before: Iterable[str], after: Iterable[str]) -> dict[str, int]:
    """By tag id: how many documents more it has."""
    changes = Counter(set(after))
    changes.subtract(set(before))
    return {tag_id: change for tag_id, change in changes.items() if change}
