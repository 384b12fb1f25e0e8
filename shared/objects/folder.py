"""Objects as files in a folder, for a laptop.

Each object is one file: a line of JSON (content type, time), then the content. So it appears by one rename.
"""

import asyncio
import json
import math
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, BinaryIO, ParamSpec, TypeVar
from urllib.parse import quote, urlencode

from shared.clock import Clock
from shared.errors import ServiceUnavailable
from shared.objects.names import check_content_type, check_key, check_prefix
from shared.objects.protocol import ObjectInfo, ObjectNotFound, SignedUpload
from shared.objects.reading import open_ranges
from shared.objects.signing import Grant, sign_query, verify_query

LINKS_PATH = "/_local/objects"
_MAX_HEADER_BYTES = 4096

P = ParamSpec("P")
T = TypeVar("T")


class FolderObjects:
    """The object store of the local profile; the gateway serves its links at `base_url`."""

    def __init__(self, folder: Path, *, base_url: str, secret: str, clock: Clock) -> None:
        self._content = folder / "content"
        self._incoming = folder / "incoming"
        self._links = f"{base_url.rstrip('/')}{LINKS_PATH}"
        self._secret = secret
        self._clock = clock

    async def put(self, key: str, data: bytes | AsyncIterator[bytes], *, content_type: str) -> ObjectInfo:
        path, now = self._get_path(key), self._clock.now()
        header = _build_header(check_content_type(content_type), now)
        if isinstance(data, bytes):
            await _run_in_thread(self._put_at_once, header, data, path)
            return ObjectInfo(key, len(data), content_type, now)
        file = await _run_in_thread(self._create_incoming, header)
        try:
            async for chunk in data:
                await _run_in_thread(file.write, chunk)
            await _run_in_thread(_finish, file, path)
        finally:
            _discard(file)
        return await self._load_info(key)

    async def get(self, key: str) -> bytes:
        return await _run_in_thread(_read, self._get_path(key))

    async def stream(self, key: str, *, chunk_size: int = 262_144) -> AsyncIterator[bytes]:
        file = await _run_in_thread(_open, self._get_path(key))
        try:
            while chunk := await _run_in_thread(file.read, chunk_size):
                yield chunk
        finally:
            file.close()

    async def open(self, key: str) -> BinaryIO:
        return await _run_in_thread(_open_ranges, self._get_path(key))

    async def get_info(self, key: str) -> ObjectInfo | None:
        try:
            return await self._load_info(key)
        except ObjectNotFound:
            return None

    async def delete(self, key: str) -> None:
        await _run_in_thread(_remove, self._get_path(key), self._content)

    async def delete_prefix(self, prefix: str) -> int:
        if not prefix:
            raise ValueError("an empty prefix would delete everything")
        keys = [listed.key async for listed in self.list(prefix)]
        for key in keys:
            await self.delete(key)
        return len(keys)

    async def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        for info in await _run_in_thread(self._list, check_prefix(prefix)):
            yield info

    async def copy(self, source: str, target: str) -> ObjectInfo:
        check_key(target)
        info = await self._load_info(source)
        return await self.put(target, self.stream(source), content_type=info.content_type)

    async def sign_download(
        self, key: str, *, expires_in: timedelta, download_name: str | None = None
    ) -> str:
        expires = self._clock.now() + expires_in
        return self._sign_link(Grant("GET", key, _to_seconds(expires), download_name=download_name or ""))

    async def sign_upload(
        self, key: str, *, expires_in: timedelta, content_type: str, size: int
    ) -> SignedUpload:
        expires = self._clock.now() + expires_in
        grant = Grant("PUT", key, _to_seconds(expires), size, check_content_type(content_type))
        return SignedUpload("PUT", self._sign_link(grant), expires, headers={"Content-Type": content_type})

    def verify(self, method: str, key: str, query: Mapping[str, str]) -> Grant:
        """Return the grant of a signed link. Raises LinkRefused."""
        return verify_query(method, key, query, secret=self._secret, now=self._clock.now())

    async def aclose(self) -> None:
        """Do nothing: no resource is open."""

    def _sign_link(self, grant: Grant) -> str:
        query = urlencode(sign_query(grant, self._secret))
        return f"{self._links}/{quote(check_key(grant.key))}?{query}"

    def _get_path(self, key: str) -> Path:
        """Return the key's path; its folders end in a dot, so that `a` and `a/b` can both be keys."""
        return self._content / check_key(key).replace("/", "./")

    def _get_key(self, path: Path) -> str:
        return path.relative_to(self._content).as_posix().replace("./", "/")

    def _create_incoming(self, header: bytes) -> IO[bytes]:
        self._incoming.mkdir(parents=True, exist_ok=True)
        file = tempfile.NamedTemporaryFile(dir=self._incoming, delete=False)  # noqa: SIM115 - closed by `put`
        file.write(header)
        return file

    def _put_at_once(self, header: bytes, content: bytes, path: Path) -> None:
        file = self._create_incoming(header)
        try:
            file.write(content)
            _finish(file, path)
        finally:
            _discard(file)

    async def _load_info(self, key: str) -> ObjectInfo:
        return await _run_in_thread(_read_info, self._get_path(key), key)

    def _list(self, prefix: str) -> Sequence[ObjectInfo]:
        infos = []
        for path, key in self._files(prefix):
            if key.startswith(prefix):
                with suppress(FileNotFoundError):  # deleted meanwhile
                    infos.append(replace(_read_info(path, key), content_type=""))
        return sorted(infos, key=lambda info: info.key.encode())

    def _files(self, prefix: str) -> Iterator[tuple[Path, str]]:
        complete, slash, _ = prefix.rpartition("/")
        root = self._get_path(f"{complete}/-").parent if slash else self._content
        for folder, _, names in os.walk(root):
            for name in names:
                path = Path(folder, name)
                yield path, self._get_key(path)


async def _run_in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run blocking work. Raises ObjectNotFound, and ServiceUnavailable for errors of the disk."""
    try:
        return await asyncio.to_thread(work, *args, **kwargs)
    except FileNotFoundError as error:
        raise ObjectNotFound(str(error.filename)) from error
    except OSError as error:
        raise ServiceUnavailable("The file storage is not available; try again later") from error


def _build_header(content_type: str, updated_at: datetime) -> bytes:
    fields = {"content_type": content_type, "updated_at": updated_at.isoformat()}
    return json.dumps(fields).encode() + b"\n"


def _finish(file: IO[bytes], path: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    _move(Path(file.name), path)
    with suppress(FileNotFoundError):  # deleted meanwhile, with its folder
        _sync_folder(path.parent)


def _move(source: Path, path: Path) -> None:
    """Move the file to its path; repeat where a concurrent delete removed the empty folder."""
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            source.replace(path)
        except FileNotFoundError:
            if not source.exists():
                raise
        else:
            return


def _remove(path: Path, root: Path) -> None:
    """Remove the file and the folders that it leaves empty: their names are personal data too."""
    path.unlink(missing_ok=True)
    with suppress(OSError):  # one that is not empty, or removed meanwhile
        for folder in path.parents:
            if folder == root:
                return
            folder.rmdir()


def _discard(file: IO[bytes]) -> None:
    file.close()
    Path(file.name).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _open(path: Path) -> IO[bytes]:
    """Open the file at the beginning of its content."""
    file = path.open("rb")
    file.readline(_MAX_HEADER_BYTES)
    return file


def _open_ranges(path: Path) -> BinaryIO:
    file = _open(path)
    start, descriptor = file.tell(), file.fileno()

    def read(offset: int, size: int) -> bytes:
        try:
            return os.pread(descriptor, size, start + offset)
        except OSError as error:
            raise ServiceUnavailable("The file storage is not available; try again later") from error

    return open_ranges(os.fstat(descriptor).st_size - start, read, file.close)


def _read(path: Path) -> bytes:
    with _open(path) as file:
        return file.read()


def _read_info(path: Path, key: str) -> ObjectInfo:
    with path.open("rb") as file:
        header = file.readline(_MAX_HEADER_BYTES)
        size = os.fstat(file.fileno()).st_size - len(header)
    fields = json.loads(header)
    return ObjectInfo(key, size, fields["content_type"], datetime.fromisoformat(fields["updated_at"]))


def _to_seconds(instant: datetime) -> int:
    return math.floor(instant.timestamp())
