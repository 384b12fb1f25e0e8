"""Who may become what."""

from dataclasses import dataclass
from datetime import date

from functions.auth.users.models import KgClass
from functions.auth.users.rules import compute_age, find_kg_class
from shared.errors import ValidationFailed
from shared.identity import Role


@dataclass(frozen=True)
class Childhood:
    """What is kept of a child, and of nobody else."""

    date_of_birth: date | None = None
    age_at_registration: int | None = None
    kg_class: KgClass | None = None
    guardian_email: str | None = None


def build_childhood(
    role: Role, *, today: date, born: date | None, age: int | None, guardian_email: str | None
) -> Childhood:
    """The class by the age, which the date of birth decides where it is given. Raises ValidationFailed."""
    if role != "child":
        _refuse_child_fields({"date_of_birth": born, "age": age, "guardian_email": guardian_email})
        return Childhood()
    if born is None and age is None:
        raise ValidationFailed(details={"date_of_birth": ["A child needs date_of_birth or age"]})
    known = compute_age(today, born) if born else age
    kg_class = find_kg_class(known or 0)
    if kg_class is None:
        field = "date_of_birth" if born else "age"
        raise ValidationFailed(details={field: ["Children join at the age of 4, 5 or 6"]})
    return Childhood(born, None if born else age, kg_class, guardian_email)


def _refuse_child_fields(given: dict[str, object]) -> None:
    details = {field: ["Only a child has this"] for field, value in given.items() if value is not None}
    if details:
        raise ValidationFailed(details=details)
