"""Tasks of passwords."""

from typing import ClassVar

from shared.messages import Task


class SendPasswordReset(Task):
    """Mail a link. `email_key` is the hash of the address; the link's token is derived from `request`.

    `language` is that of the request, empty where it named none of ours.
    """

    name: ClassVar[str] = "password_reset.send"
    group: ClassVar[str] = "auth"

    email_key: str
    request: str
    language: str = ""
