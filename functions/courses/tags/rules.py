"""Comparison of tag names, and counts of documents."""

import unicodedata
from collections import Counter
from collections.abc import Iterable

MAX_TAGS = 200
MAX_TAGS_PER_DOCUMENT = 20
DEFAULT_COLOR = "#6B7280"


def fold_name(name: str) -> str:
    """Fold a name for comparison, ignoring case, width and spacing."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def remove_duplicates(names: Iterable[str]) -> list[str]:
    """Remove repeated names; the first spelling stays."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(fold_name(name), name)
    return list(first.values())


def count_changes(before: Iterable[str], after: Iterable[str]) -> dict[str, int]:
    """Count the change of each tag's documents, by tag id."""
    changes = Counter(set(after))
    changes.subtract(set(before))
    return {tag_id: change for tag_id, change in changes.items() if change}
