"""A process that dies at its n-th touch of anything that lasts: the database, the objects, the mail."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, TypeVar

from shared.clock import Clock
from shared.mail import Mail
from shared.mail.folder import FolderMailer
from shared.objects import ObjectInfo
from shared.objects.folder import FolderObjects
from shared.settings import Settings
from shared.store.database import Database

T = TypeVar("T")


class Crash(BaseException):
    """The end of the process: no handler of errors may catch it."""


class Fuse:
    """Blows before (`after` False) or after the touch number `at`; a blown one lets nothing through."""

    def __init__(self, at: int | None = None, *, after: bool = False) -> None:
        self.touches = 0
        self.blown = False
        self._at = at
        self._after = after

    def before(self) -> int:
        """The number of this touch."""
        self.touches += 1
        self._burn(due=self.touches == self._at and not self._after)
        return self.touches

    def after(self, touch: int) -> None:
        self._burn(due=touch == self._at and self._after)

    def _burn(self, *, due: bool) -> None:
        self.blown = self.blown or due
        if self.blown:
            raise Crash


class FusedDatabase(Database):
    def __init__(self, file: Path, fuse: Fuse) -> None:
        super().__init__(file)
        self._fuse = fuse

    async def run(self, job: Callable[[sqlite3.Connection], T]) -> T:
        touch = self._fuse.before()
        result = await super().run(job)
        self._fuse.after(touch)
        return result

    async def read(self, job: Callable[[sqlite3.Connection], T]) -> T:
        touch = self._fuse.before()
        result = await Database.run(self, job)
        self._fuse.after(touch)
        return result

    async def write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        return await self.run_atomically(job)

    async def abandon(self) -> None:
        """End the process: uncommitted work is gone."""
        self._fuse = Fuse()
        await self.aclose()


class FusedObjects(FolderObjects):
    def __init__(self, fuse: Fuse, settings: Settings, clock: Clock) -> None:
        secret = settings.jwt_secret.get_secret_value()
        super().__init__(
            settings.data_dir / "objects", base_url=settings.base_url, secret=secret, clock=clock
        )
        self._fuse = fuse

    async def put(self, key: str, data: bytes | AsyncIterator[bytes], *, content_type: str) -> ObjectInfo:
        touch = self._fuse.before()
        info = await super().put(key, data, content_type=content_type)
        self._fuse.after(touch)
        return info

    async def delete(self, key: str) -> None:
        touch = self._fuse.before()
        await super().delete(key)
        self._fuse.after(touch)


class FusedMailer(FolderMailer):
    def __init__(self, fuse: Fuse, settings: Settings, clock: Clock) -> None:
        super().__init__(settings.data_dir / "mail", sender=settings.mail_from, clock=clock, echo=None)
        self._fuse = fuse

    async def send(self, mail: Mail) -> None:
        touch = self._fuse.before()
        await super().send(mail)
        self._fuse.after(touch)


def fused(fuse: Fuse, settings: Settings, clock: Clock) -> dict[str, Any]:
    """The services that a fuse guards, by name."""
    return {
        "database": FusedDatabase(settings.data_dir / "store.sqlite3", fuse),
        "objects": FusedObjects(fuse, settings, clock),
        "mailer": FusedMailer(fuse, settings, clock),
    }
