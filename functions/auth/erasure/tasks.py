"""The task that erases an account."""

from typing import ClassVar

from shared.messages import Task


class EraseAccount(Task):
    name: ClassVar[str] = "account.erase"
    group: ClassVar[str] = "auth"

    user: str
