"""Contract of mailers, over the folder, SMTP and SES."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import ManualClock
from shared.mail import Mail, Mailer
from shared.mail.folder import FolderMailer
from shared.mail.message import compose, parse_mailbox
from shared.mail.protocol import MailRefused
from shared.mail.ses import SesMailer
from shared.mail.smtp import SmtpMailer
from tests.deadlines import DEADLINE_SECONDS
from tests.shared.mail.servers import HOST, Inbox, mail_server
from tests.shared.mail.ses import Sent

SENDER = "Aksio <no-reply@aksio.example>"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LINK = "https://aksio.example/reset?token=" + "x" * 300

Post = tuple[Mailer, Callable[[], list[EmailMessage]]]


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, _class=EmailMessage, policy=default)


@pytest.fixture(params=["folder", "smtp", "ses"])
def post(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Post]:
    """A mailer, and what has arrived."""
    clock = ManualClock(NOW)
    if request.param == "folder":
        mailer = FolderMailer(tmp_path / "mail", sender=SENDER, clock=clock, echo=None)
        yield mailer, lambda: [parsed(path.read_bytes()) for path in (tmp_path / "mail").glob("*")]
        return
    if request.param == "ses":
        ses: SesMailer = request.getfixturevalue("ses")
        sent = Sent(ses)
        yield ses, lambda: [parsed(content) for content in sent.contents()]
        return
    inbox = Inbox()
    with mail_server(inbox, enable_SMTPUTF8=True, decode_data=False) as port:
        smtp = SmtpMailer(
            HOST,
            port,
            username="",
            password="",
            starttls=False,
            sender=SENDER,
            clock=clock,
            timeout=DEADLINE_SECONDS,
        )
        yield smtp, lambda: [parsed(envelope.original_content or b"") for envelope in inbox.envelopes]


async def test_a_message_arrives_as_it_was_written(post: Post) -> None:
    mailer, arrived = post
    await mailer.send(Mail("reset/1", "ada@example.com", "Your new password", f"Open {LINK}\n.\n\nBye"))
    (message,) = arrived()
    assert message["From"] == SENDER
    assert message["To"] == "ada@example.com"
    assert message["Subject"] == "Your new password"
    assert message["Date"].datetime == NOW
    assert message["Message-ID"].endswith("@aksio.example>")
    assert message.get_content().replace("\r\n", "\n") == f"Open {LINK}\n.\n\nBye\n"
    await mailer.aclose()


async def test_text_beyond_ascii_arrives(post: Post) -> None:
    mailer, arrived = post
    subject = "Grüße und ein langer Betreff, der gewiss nicht in eine Zeile passt, 你好 " * 3
    await mailer.send(Mail("k", "Ada Lovelace <ada@example.com>", subject.strip(), "Grüße, 你好 🎓"))
    (message,) = arrived()
    assert message["Subject"] == subject.strip()
    assert message.get_content().strip() == "Grüße, 你好 🎓"


async def test_an_address_beyond_ascii_is_reached_or_refused(post: Post) -> None:
    mailer, arrived = post
    try:
        await mailer.send(Mail("k", "jürgen@bücher.example", "Hi", "text"))
    except MailRefused:
        assert isinstance(mailer, SesMailer)
        assert arrived() == []
        return
    (message,) = arrived()
    assert message["To"] == "jürgen@bücher.example"


async def test_the_key_alone_decides_which_message_it_is(post: Post) -> None:
    mailer, arrived = post
    for key, text in (("a/../1", "first"), ("a/../1", "again"), ("b", "other")):
        await mailer.send(Mail(key, "ada@example.com", "Hi", text))
    messages = arrived()
    assert len({message["Message-ID"] for message in messages}) == 2
    assert len(messages) == (2 if mailer.repeatable else 3)


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("ada@example.com\r\nBcc: all@example.com", "Hi"),
        ("ada@example.com\n", "Hi"),
        ("ada@example.com", "Hi\r\nBcc: all@example.com"),
        ("ada@example.com", "Hi\nthere"),
        ("ada@example.com", "Hi\rthere"),
        ("ada@example.com", "Hi\x00"),
        ("ada@example.com", "Hi\u2028there"),
        ("ada@example.com, all@example.com", "Hi"),
        ("all: ada@example.com;", "Hi"),
        ("undisclosed:;", "Hi"),
        ("ada", "Hi"),
        ("Ada ada@example.com", "Hi"),
        ("Ada <ada@example.com", "Hi"),
        ("ada@example.com>", "Hi"),
        ("all@example.com <ada@example.com>", "Hi"),
        ("@example.com", "Hi"),
        ("ada@", "Hi"),
        ("", "Hi"),
        ("ada@example.com> <all@example.com", "Hi"),
    ],
)
async def test_no_header_or_second_recipient_can_be_smuggled_in(post: Post, to: str, subject: str) -> None:
    mailer, arrived = post
    with pytest.raises(ValueError, match=r"header|address"):
        await mailer.send(Mail("k", to, subject, "text"))
    assert arrived() == []


@given(st.text(), st.text(), st.text())
def test_a_message_has_its_own_headers_and_no_others(to: str, subject: str, text: str) -> None:
    try:
        message = compose(Mail("k", to, subject, text), sender=parse_mailbox(SENDER), at=NOW)
        again = parsed(message.as_bytes())
    except (ValueError, UnicodeEncodeError):
        return
    assert set(again.keys()) <= {
        "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding",
    }  # fmt: skip
