"""SES on loopback: moto's, and one that says what it is told to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from shared.clock import Clock
from shared.mail.ses import SesMailer
from tests.deadlines import DEADLINE_SECONDS

REGION = "eu-central-1"
SENDER = "Aksio <no-reply@aksio.example>"


def ses_mailer(url: str, *, clock: Clock, timeout: float = DEADLINE_SECONDS) -> SesMailer:
    return SesMailer(
        REGION,
        sender=SENDER,
        clock=clock,
        access_key="AKIDEXAMPLE",
        secret_key="secret",
        endpoint_url=url,
        timeout=timeout,
    )


class Sent:
    """Return what moto's SES took since this was made; the sending domain is verified."""

    def __init__(self, mailer: SesMailer) -> None:
        from moto.core.models import DEFAULT_ACCOUNT_ID
        from moto.ses.models import ses_backends

        self._messages = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
        self._messages.clear()
        mailer._client.create_email_identity(EmailIdentity="no-reply@aksio.example")

    def contents(self) -> list[bytes]:
        return [message.raw_data.encode() for message in self._messages]

    def recipients(self) -> list[set[str]]:
        return [set(message.destinations) for message in self._messages]


@dataclass
class Script:
    """The answer to every request: none where `status` is 0; `silent` until `pause` is over."""

    status: int = 200
    error: str = ""
    pause: threading.Event = field(default_factory=threading.Event)
    silent: bool = False
    requests: int = 0


@contextmanager
def scripted_ses(script: Script) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            script.requests += 1
            self.rfile.read(int(self.headers["Content-Length"]))
            if script.silent:
                script.pause.wait(5)
            if script.silent or not script.status:
                return
            self.send_response(script.status)
            self.send_header("x-amzn-ErrorType", script.error)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        script.pause.set()
        server.shutdown()
        thread.join()
