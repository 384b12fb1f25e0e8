"""Answers of SES, and missing ones, become errors that say whether a message may be sent again."""

import socket
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from shared.clock import ManualClock
from shared.errors import ApiError, ServiceUnavailable
from shared.mail import Mail
from shared.mail.protocol import MailRefused, MailUncertain
from shared.mail.ses import SesMailer
from shared.services import Services
from shared.settings import Settings
from tests.shared.mail.ses import Script, Sent, scripted_ses, ses_mailer

CLOCK = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
KEY = SecretStr("AKIDEXAMPLE")
MAIL = Mail("k", "ada@example.com", "Hi", "text")


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (429, "TooManyRequestsException", ServiceUnavailable),
        (400, "LimitExceededException", ServiceUnavailable),
        (500, "InternalFailure", ServiceUnavailable),
        (503, "ServiceUnavailable", ServiceUnavailable),
        (403, "AccessDeniedException", ServiceUnavailable),
        (400, "AccountSuspendedException", ServiceUnavailable),
        (400, "SendingPausedException", ServiceUnavailable),
        (400, "MailFromDomainNotVerifiedException", ServiceUnavailable),
        (400, "MessageRejected", MailRefused),
        (400, "BadRequestException", MailRefused),
        (0, "", MailUncertain),
    ],
)
async def test_each_answer_has_its_error(status: int, error: str, expected: type[ApiError]) -> None:
    script = Script(status=status, error=error)
    with scripted_ses(script) as url, pytest.raises(expected):
        await ses_mailer(url, clock=CLOCK).send(MAIL)
    assert script.requests == 1


async def test_silence_leaves_it_open() -> None:
    with scripted_ses(Script(silent=True)) as url, pytest.raises(MailUncertain):
        await ses_mailer(url, clock=CLOCK, timeout=0.1).send(MAIL)


async def test_where_nobody_listens_nothing_was_taken() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(ServiceUnavailable):
            await ses_mailer(url, clock=CLOCK).send(MAIL)


async def test_without_credentials_nothing_was_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    mailer = SesMailer("eu-central-1", sender="a@b.example", clock=CLOCK, endpoint_url="http://127.0.0.1:9")
    with pytest.raises(ServiceUnavailable):
        await mailer.send(MAIL)


async def test_a_sender_that_is_not_verified_is_refused(ses_url: str) -> None:
    mailer = SesMailer(
        "eu-west-1", sender="a@b.example", clock=CLOCK, access_key="A", secret_key="s", endpoint_url=ses_url
    )
    with pytest.raises(MailRefused):
        await mailer.send(MAIL)


async def test_a_domain_beyond_ascii_is_written_as_the_name_system_does(ses: SesMailer) -> None:
    sent = Sent(ses)
    await ses.send(Mail("k", "Jürgen <juergen@bücher.example>", "Hi", "text"))
    assert "juergen@xn--bcher-kva.example" in sent.recipients()[0]
    with pytest.raises(MailRefused):
        await ses.send(Mail("k", "jürgen@example.com", "Hi", "text"))
    assert len(sent.contents()) == 1


async def test_what_leaves_is_ascii(ses: SesMailer) -> None:
    sent = Sent(ses)
    await ses.send(Mail("k", "Jürgen <juergen@example.com>", "Grüße", "Grüße 🎓"))
    (content,) = sent.contents()
    assert content.isascii()


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (Settings(ses_region="eu-central-1", ses_access_key=KEY, ses_secret_key=KEY), "SesMailer"),
        (Settings(ses_region="eu-central-1", smtp_host="localhost"), "SmtpMailer"),
        (Settings(), "FolderMailer"),
    ],
)
def test_settings_choose_the_mailer(settings: Settings, name: str) -> None:
    assert type(Services(settings).mailer).__name__ == name
