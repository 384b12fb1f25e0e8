"""Errors of signing up."""

from collections.abc import Iterable

from shared.errors import Conflict


class NameTaken(Conflict):
    """`details` names which of e-mail address and user name belongs to somebody else."""

    message = "This name is taken"

    def __init__(self, fields: Iterable[str] = ()) -> None:
        super().__init__(details={field: ["This is taken already"] for field in fields})
