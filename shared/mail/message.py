"""Builds the message itself, the same for every adapter."""

import hashlib
import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from shared.mail.protocol import Mail

# 998 is what RFC 5322 allows a line to hold; below it links stay whole, and readable in a file.
_READABLE = SMTP.clone(max_line_length=998)

_PART = r"""[^\s@<>()\[\]:;,"\\]+"""
_MAILBOX = re.compile(
    rf"""(?:(?P<name>[^<>@,"]*)<)?(?P<user>{_PART})@(?P<domain>{_PART})(?(name)>)""",
)


def compose(mail: Mail, *, sender: Address, at: datetime) -> EmailMessage:
    """Raises ValueError when a header would hold a line break or `to` is not exactly one address."""
    message = EmailMessage(policy=_READABLE)
    message["From"] = sender
    message["To"] = parse_mailbox(mail.to)
    message["Subject"] = _check_line(mail.subject)
    message["Date"] = at
    message["Message-ID"] = f"<{digest_key(mail.key)}@{sender.domain}>"
    message.set_content(mail.text)
    return message


def parse_mailbox(text: str) -> Address:
    """The one address of `ada@example.com` or `Ada <ada@example.com>`. Raises ValueError."""
    match = _MAILBOX.fullmatch(_check_line(text))
    if match is None:
        raise ValueError("this is not exactly one address")
    return Address((match["name"] or "").strip(), match["user"], match["domain"])


def digest_key(key: str) -> str:
    """What stands for a key where any text could not: 128 bits of its SHA-256."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _check_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("a header holds one line of printable text")
    return text
