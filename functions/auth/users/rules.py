"""Comparison of names, and ages."""

import hashlib
import unicodedata
from datetime import date

from functions.auth.users.models import KgClass

_CLASS_BY_AGE: dict[int, KgClass] = {4: "KG1", 5: "KG2", 6: "KG3"}


def fold_name(name: str) -> str:
    """Fold a name for comparison, ignoring case and Unicode variants of one character."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.strip()).casefold())


def hash_name(name: str) -> str:
    """Hash the folded name; the hash is the id of its documents."""
    return hashlib.sha256(fold_name(name).encode()).hexdigest()


def compute_age(today: date, born: date) -> int:
    """Compute the age in full years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def find_kg_class(age: int) -> KgClass | None:
    """Find the kindergarten class of an age, if there is one."""
    return _CLASS_BY_AGE.get(age)
