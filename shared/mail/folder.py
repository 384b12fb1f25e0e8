"""Mail as files, for a laptop."""

import asyncio
import os
import tempfile
from collections.abc import Callable
from email.policy import SMTPUTF8
from pathlib import Path

from shared.clock import Clock, SystemClock
from shared.errors import ServiceUnavailable
from shared.mail.message import compose, digest_key, parse_mailbox
from shared.mail.protocol import Mail


class FolderMailer:
    """Writes each message to an `.eml` file named by its key, and reports it through `echo`."""

    repeatable = True

    def __init__(
        self, folder: Path, *, sender: str, echo: Callable[[str], None] | None, clock: Clock | None = None
    ) -> None:
        self._folder = folder
        self._sender = parse_mailbox(sender)
        self._clock = clock or SystemClock()
        self._echo = echo

    async def send(self, mail: Mail) -> None:
        message = compose(mail, sender=self._sender, at=self._clock.now())
        path = self._folder / f"{digest_key(mail.key)}.eml"
        try:
            await asyncio.to_thread(_write, path, message.as_bytes(policy=SMTPUTF8))
        except OSError as error:
            raise ServiceUnavailable("The mail could not be written; try again later") from error
        if self._echo:
            self._echo(f"mail to {mail.to}: {mail.subject} ({path})")

    async def aclose(self) -> None:
        """Do nothing: no resource is open."""


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
