"""Errors of registration."""

from collections.abc import Iterable
from typing import ClassVar

from shared.errors import Conflict
from shared.language import template


class NameTaken(Conflict):
    """The e-mail address, the user name or both belong to somebody else; `details` names which."""

    message = "This e-mail address or user name is already in use; choose another or sign in"
    field_code = "taken"
    sentences: ClassVar = {
        "email": template("An account has this e-mail address; sign in, or use another address"),
        "username": template("Somebody has this user name; choose another"),
    }

    def __init__(self, fields: Iterable[str] = ()) -> None:
        taken = {field: [self.sentences[field]] for field in fields}
        super().__init__(*(next(iter(taken.values())) if len(taken) == 1 else ()), details=taken)
