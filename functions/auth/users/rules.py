"""Names and ages."""

import hashlib
import unicodedata
from datetime import date

from functions.auth.users.models import KgClass

_CLASS_BY_AGE: dict[int, KgClass] = {4: "KG1", 5: "KG2", 6: "KG3"}


def fold_name(name: str) -> str:
    """The name as it is compared: without regard to case and to ways of writing one character."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name.strip()).casefold())


def hash_name(name: str) -> str:
    """The document id that stands for a folded name; tells nothing of it."""
    return hashlib.sha256(fold_name(name).encode()).hexdigest()


def compute_age(today: date, born: date) -> int:
    """Full years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def find_kg_class(age: int) -> KgClass | None:
    return _CLASS_BY_AGE.get(age)
