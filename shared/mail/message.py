"""Composing a message, the same for every adapter."""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from shared.language import Language, translate
from shared.mail.protocol import Mail

# RFC 5322 allows lines of 998 characters: links stay whole, and readable in a file.
_READABLE = SMTP.clone(max_line_length=998)

_PART = r"""[^\s@<>()\[\]:;,"\\]+"""
_MAILBOX = re.compile(
    rf"""(?:(?P<name>[^<>@,"]*)<)?(?P<user>{_PART})@(?P<domain>{_PART})(?(name)>)""",
)


def compose(mail: Mail, *, sender: Address, at: datetime) -> EmailMessage:
    """Compose the message. Raises ValueError for a line break in a header, or where `to` is no address."""
    message = EmailMessage(policy=_READABLE)
    message["From"] = sender
    message["To"] = parse_mailbox(mail.to)
    message["Subject"] = _check_line(mail.subject)
    message["Date"] = at
    message["Message-ID"] = f"<{digest_key(mail.key)}@{sender.domain}>"
    message.set_content(mail.text)
    return message


def write_paragraphs(paragraphs: Iterable[str], language: Language) -> str:
    """Write the text of a mail: each paragraph in the language, with an empty line between them."""
    return "\n\n".join(translate(paragraph, language) for paragraph in paragraphs) + "\n"


def parse_mailbox(text: str) -> Address:
    """Parse one address: `ada@example.com` or `Ada <ada@example.com>`. Raises ValueError."""
    match = _MAILBOX.fullmatch(_check_line(text))
    if match is None:
        raise ValueError("not exactly one address")
    return Address((match["name"] or "").strip(), match["user"], match["domain"])


def digest_key(key: str) -> str:
    """Return 128 bits of the key's SHA-256, for names that allow no arbitrary text."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _check_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("a header is one line of printable text")
    return text
