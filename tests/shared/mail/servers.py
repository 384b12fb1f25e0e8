"""Mail servers on loopback: one that works, and some that do not."""

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"
SILENCE = ""  # until the client gives up
GONE = "BYE"  # the connection is closed


@dataclass
class Inbox:
    envelopes: list[Envelope] = field(default_factory=list)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
    ) -> str:
        self.envelopes.append(envelope)
        return "250 taken"


def only_ada(
    _server: Any, _session: Any, _envelope: Any, _mechanism: str, login: LoginPassword
) -> AuthResult:
    return AuthResult(success=(login.login, login.password) == (b"ada", b"right"), handled=False)


@contextmanager
def mail_server(inbox: Inbox, *, tls: ssl.SSLContext | None = None, **options: Any) -> Iterator[int]:
    """A server that takes what it gets; gives its port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    controller = Controller(
        inbox,
        hostname=HOST,
        port=port,
        tls_context=tls,
        require_starttls=tls is not None,
        auth_required=tls is not None,
        authenticator=only_ada,
        **options,
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


class Conversation(socketserver.StreamRequestHandler):
    script: ClassVar[Mapping[str, str]]

    def handle(self) -> None:
        alive = self.say("GREETING")
        while alive and (line := self.rfile.readline()):
            command = line.split()[0].upper().decode()
            alive = self.say(command) and command != "QUIT"
            if alive and command == "DATA" and self.script["DATA"].startswith("354"):
                self.read_text()
                alive = self.say("TEXT")

    def read_text(self) -> None:
        while self.rfile.readline() not in (b".\r\n", b""):
            pass

    def say(self, command: str) -> bool:
        answer = self.script.get(command, "250 fine")
        if answer == SILENCE:
            self.rfile.read()
        elif answer != GONE:
            self.wfile.write(f"{answer}\r\n".encode())
        return answer not in (SILENCE, GONE)


@contextmanager
def scripted_server(answers: Mapping[str, str]) -> Iterator[int]:
    """A server that says what it is told to, by command; also as `GREETING`, and to the text as `TEXT`."""
    script = {"GREETING": "220 hello", "EHLO": "250 HELP", "DATA": "354 go on", **answers}
    handler = type("Scripted", (Conversation,), {"script": script})
    with socketserver.ThreadingTCPServer((HOST, 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()
