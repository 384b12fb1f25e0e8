"""Mail by SMTP."""

import asyncio
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from shared.clock import Clock, SystemClock
from shared.errors import ServiceUnavailable
from shared.mail.message import compose, parse_mailbox
from shared.mail.protocol import Mail, MailRefused, MailUncertain


class SmtpMailer:
    """Sends messages by SMTP, one connection each; `timeout` is in seconds, per response."""

    repeatable = False

    def __init__(
        self,
        host: str,
        port: int,
        *,
        username: str,
        password: str,
        starttls: bool,
        sender: str,
        clock: Clock | None = None,
        timeout: float = 20.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._username = username
        self._password = password
        self._tls = (tls or ssl.create_default_context()) if starttls else None
        self._sender = parse_mailbox(sender)
        self._clock = clock or SystemClock()
        self._timeout = timeout

    async def send(self, mail: Mail) -> None:
        message = compose(mail, sender=self._sender, at=self._clock.now())
        await asyncio.to_thread(self._deliver, message, parse_mailbox(mail.to).addr_spec)

    async def aclose(self) -> None:
        """Do nothing: no connection is open."""

    def _deliver(self, message: EmailMessage, recipient: str) -> None:
        sender = self._sender.addr_spec
        with self._connect() as client:
            options = _choose_options(client, f"{sender}{recipient}")
            content = _serialise(message, options)
            with _translate_errors(
                broken=ServiceUnavailable("The mail server did not respond; try again later")
            ):
                _check_answer(client.mail(sender, options))
                _check_answer(client.rcpt(recipient))
            with _translate_errors(broken=MailUncertain()):
                _check_answer(client.data(content))

    @contextmanager
    def _connect(self) -> Iterator[smtplib.SMTP]:
        with _translate_connection_errors():
            client = smtplib.SMTP(self._host, self._port, self._sender.domain, timeout=self._timeout)
        try:
            with _translate_connection_errors():
                self._log_in(client)
            yield client
            with suppress(smtplib.SMTPException, OSError):
                client.quit()
        finally:
            client.close()

    def _log_in(self, client: smtplib.SMTP) -> None:
        client.ehlo_or_helo_if_needed()
        if self._tls:
            client.starttls(context=self._tls)
        if self._username:
            client.login(self._username, self._password)


@contextmanager
def _translate_connection_errors() -> Iterator[None]:
    """Translate errors to ServiceUnavailable: before a message is announced, a refusal is not about it."""
    try:
        yield
    except (smtplib.SMTPException, OSError) as error:
        raise ServiceUnavailable("The mail server is not available; try again later") from error


@contextmanager
def _translate_errors(*, broken: ServiceUnavailable | MailUncertain) -> Iterator[None]:
    """Translate errors of the server to those of the port, and a lost connection to `broken`."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        if 500 <= error.smtp_code < 600:
            raise MailRefused from error
        raise ServiceUnavailable("The mail server refused the message for now; try again later") from error
    except (smtplib.SMTPException, OSError) as error:
        raise broken from error


def _check_answer(answer: tuple[int, bytes]) -> None:
    code, text = answer
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, text)


def _choose_options(client: smtplib.SMTP, addresses: str) -> list[str]:
    """Return the options of MAIL FROM. Raises MailRefused for addresses that the server does not support."""
    options = ["BODY=8BITMIME"] if client.has_extn("8bitmime") else []
    if addresses.isascii():
        return options
    if client.has_extn("smtputf8"):
        return [*options, "SMTPUTF8"]
    raise MailRefused("This address cannot receive mail from us; use one in ASCII")


def _serialise(message: EmailMessage, options: list[str]) -> bytes:
    policy = SMTPUTF8 if "SMTPUTF8" in options else SMTP
    return message.as_bytes(policy=policy.clone(cte_type="8bit" if "BODY=8BITMIME" in options else "7bit"))
