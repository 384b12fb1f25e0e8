"""The task that mails a link."""

from typing import ClassVar

from shared.messages import Task


class SendPasswordReset(Task):
    """`email_key` is the hash of the address asked for, `request` is what the link's token is made from."""

    name: ClassVar[str] = "password_reset.send"
    group: ClassVar[str] = "auth"

    email_key: str
    request: str
