"""Ages."""

from datetime import date

from functions.auth.users.models import KgClass

_CLASS_BY_AGE: dict[int, KgClass] = {4: "KG1", 5: "KG2", 6: "KG3"}


def compute_age(today: date, born: date) -> int:
    """Compute the age in full years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def find_kg_class(age: int) -> KgClass | None:
    """Find the kindergarten class of an age, if there is one."""
    return _CLASS_BY_AGE.get(age)
