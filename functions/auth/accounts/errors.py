"""Errors of registration."""

from collections.abc import Iterable

from shared.errors import Conflict


class NameTaken(Conflict):
    """The e-mail address, the user name or both belong to somebody else; `details` names which."""

    message = "This e-mail address or user name is already in use; choose another or sign in"

    def __init__(self, fields: Iterable[str] = ()) -> None:
        super().__init__(details={field: ["This is already in use; choose another"] for field in fields})
