"""Tasks of erasure."""

from typing import ClassVar

from shared.messages import Task


class EraseAccount(Task):
    """Erase an account that its user has asked to erase."""

    name: ClassVar[str] = "account.erase"
    group: ClassVar[str] = "auth"

    user: str
