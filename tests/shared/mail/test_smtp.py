"""SMTP alone: servers that refuse, break off and hang; encryption and a password."""

import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.clock import ManualClock
from shared.errors import ServiceUnavailable
from shared.mail import Mail, MailRefused, MailUncertain
from shared.mail.smtp import SmtpMailer
from tests.deadlines import DEADLINE_SECONDS, SILENCE_SECONDS
from tests.shared.mail.servers import GONE, HOST, SILENCE, Inbox, mail_server, scripted_server
from tests.shared.net.certificates import tls_for

MAIL = Mail("k", "ada@example.com", "Hi", "Grüße")


def mailer(
    port: int,
    *,
    host: str = HOST,
    password: str = "",
    tls: ssl.SSLContext | None = None,
    timeout: float = DEADLINE_SECONDS,
) -> SmtpMailer:
    return SmtpMailer(
        host,
        port,
        username="ada" if password else "",
        password=password,
        starttls=tls is not None,
        sender="Aksio <no-reply@aksio.example>",
        clock=ManualClock(datetime(2026, 3, 1, tzinfo=UTC)),
        timeout=timeout,
        tls=tls,
    )


async def test_a_refused_connection_is_unavailable() -> None:
    with socket.socket() as unused:
        unused.bind((HOST, 0))
        with pytest.raises(ServiceUnavailable):
            await mailer(unused.getsockname()[1]).send(MAIL)


@pytest.mark.parametrize("greeting", ["421 too busy", "554 go away", SILENCE, GONE])
async def test_a_server_that_does_not_let_us_in_is_unavailable(greeting: str) -> None:
    with scripted_server({"GREETING": greeting}) as port, pytest.raises(ServiceUnavailable):
        await mailer(port, timeout=0.3).send(MAIL)


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "TEXT"])
async def test_a_message_refused_for_now_may_be_handed_in_again(command: str) -> None:
    with scripted_server({command: "451 later"}) as port, pytest.raises(ServiceUnavailable):
        await mailer(port).send(MAIL)


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA", "TEXT"])
async def test_a_message_refused_for_good_may_not(command: str) -> None:
    with scripted_server({command: "550 no such user"}) as port, pytest.raises(MailRefused):
        await mailer(port).send(MAIL)


@pytest.mark.parametrize("silence", [SILENCE, GONE])
@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
async def test_a_server_that_falls_silent_before_the_text_has_taken_nothing(
    command: str, silence: str
) -> None:
    with scripted_server({command: silence}) as port, pytest.raises(ServiceUnavailable):
        await mailer(port, timeout=0.3).send(MAIL)


@pytest.mark.parametrize("silence", [SILENCE, GONE])
async def test_a_server_that_falls_silent_after_the_text_may_have_taken_it(silence: str) -> None:
    with scripted_server({"TEXT": silence}) as port, pytest.raises(MailUncertain):
        await mailer(port, timeout=SILENCE_SECONDS).send(MAIL)


@pytest.mark.parametrize("goodbye", [SILENCE, GONE, "500 what"])
async def test_after_the_message_was_taken_nothing_is_an_error(goodbye: str) -> None:
    with scripted_server({"QUIT": goodbye}) as port:
        await mailer(port, timeout=SILENCE_SECONDS).send(MAIL)


async def test_a_server_that_cannot_write_an_address_refuses_it() -> None:
    with scripted_server({}) as port, pytest.raises(MailRefused):
        await mailer(port).send(Mail("k", "jürgen@example.com", "Hi", "text"))


async def test_the_password_goes_over_an_encrypted_connection(tmp_path: Path) -> None:
    server_tls, client_tls = tls_for("localhost", tmp_path)
    inbox = Inbox()
    with mail_server(inbox, tls=server_tls) as port:
        await mailer(port, host="localhost", password="right", tls=client_tls).send(MAIL)
        assert [envelope.rcpt_tos for envelope in inbox.envelopes] == [["ada@example.com"]]
        with pytest.raises(ServiceUnavailable):
            await mailer(port, host="localhost", password="wrong", tls=client_tls).send(MAIL)
        assert len(inbox.envelopes) == 1


async def test_a_server_that_is_not_who_it_should_be_gets_no_password(tmp_path: Path) -> None:
    server_tls, _ = tls_for("localhost", tmp_path)
    inbox = Inbox()
    with mail_server(inbox, tls=server_tls) as port, pytest.raises(ServiceUnavailable):
        await mailer(port, password="right", tls=ssl.create_default_context()).send(MAIL)
    assert inbox.envelopes == []


async def test_without_encryption_where_it_is_asked_for_nothing_is_sent() -> None:
    with scripted_server({}) as port, pytest.raises(ServiceUnavailable):
        await mailer(port, tls=ssl.create_default_context()).send(MAIL)
