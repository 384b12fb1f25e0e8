"""The fields that only a child's account has."""

from dataclasses import dataclass
from datetime import date

from functions.auth.users.models import KgClass
from functions.auth.users.rules import compute_age, find_kg_class
from shared.errors import ValidationFailed
from shared.identity import Role


@dataclass(frozen=True)
class Childhood:
    """Fields stored of a child only; empty for everybody else."""

    date_of_birth: date | None = None
    age_at_registration: int | None = None
    kg_class: KgClass | None = None
    guardian_email: str | None = None


def build_childhood(
    role: Role, *, today: date, born: date | None, age: int | None, guardian_email: str | None
) -> Childhood:
    """Check the fields of a child and derive the class from the date of birth or, without one, the age.

    Raises ValidationFailed.
    """
    if role != "child":
        _refuse_child_fields({"date_of_birth": born, "age": age, "guardian_email": guardian_email})
        return Childhood()
    if born is None and age is None:
        raise ValidationFailed(
            details={"date_of_birth": ["Enter the child's date of birth (date_of_birth) or age"]}
        )
    years = compute_age(today, born) if born else age
    kg_class = find_kg_class(years or 0)
    if kg_class is None:
        field = "date_of_birth" if born else "age"
        raise ValidationFailed(details={field: ["A child's account is for the ages of 4, 5 and 6"]})
    return Childhood(born, None if born else age, kg_class, guardian_email)


def _refuse_child_fields(fields: dict[str, object]) -> None:
    details = {
        field: ["Only a child's account has this field; leave it out"]
        for field, value in fields.items()
        if value is not None
    }
    if details:
        raise ValidationFailed(details=details)
