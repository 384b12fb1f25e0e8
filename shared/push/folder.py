"""Notifications as files, for a laptop."""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from shared.errors import ServiceUnavailable
from shared.push.protocol import Notification


class FolderPush:
    """Writes each notification to a `.json` file named by its key; tokens never expire."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, tokens: Sequence[str], notification: Notification) -> set[str]:
        text = json.dumps({"tokens": list(tokens), **asdict(notification)}, ensure_ascii=False, indent=2)
        path = self._folder / f"{hashlib.sha256(notification.key.encode()).hexdigest()[:32]}.json"
        try:
            await asyncio.to_thread(_write, path, text)
        except OSError as error:
            raise ServiceUnavailable("The notification could not be written; try again later") from error
        return set()

    async def aclose(self) -> None:
        """Do nothing: no resource is open."""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(text, "utf-8")
    part.replace(path)
