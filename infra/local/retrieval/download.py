"""Downloads of source files, whole and bounded."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count
from pathlib import Path

import httpx

from infra.local.retrieval.blocks import Unreadable
from shared.retries import RetryPolicy

MAX_BYTES = 60 * 1024 * 1024
# At start the store of the files may come up after this service.
_RETRIES = RetryPolicy(first_pause=timedelta(seconds=0.25), max_pause=timedelta(seconds=4), max_attempts=6)
_UNAVAILABLE = "The file could not be downloaded"


async def download(
    http: httpx.AsyncClient,
    url: str,
    target: Path,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Download the file; it appears at `target` once it is complete. Raises Unreadable."""
    partial = target.with_name(f".{target.name}.partial")
    try:
        for attempt in count(1):
            reason = await _try_download(http, url, partial)
            if reason is None:
                partial.replace(target)
                return
            if _RETRIES.is_last(attempt):
                raise Unreadable(reason)
            await sleep(_RETRIES.pause_after(attempt).total_seconds())
    finally:
        partial.unlink(missing_ok=True)


async def _try_download(http: httpx.AsyncClient, url: str, partial: Path) -> str | None:
    """Return None on success, or a reason if another attempt may help. Raises Unreadable if none will."""
    try:
        async with http.stream("GET", url, follow_redirects=True) as response:
            if response.is_server_error or response.status_code == 429:
                return f"{_UNAVAILABLE}: the answer was {response.status_code}"
            if not response.is_success:
                raise Unreadable(f"{_UNAVAILABLE}: the answer was {response.status_code}")
            await _write(response, partial)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Unreadable(f"{_UNAVAILABLE}: its address is not valid") from error
    except httpx.HTTPError:
        return f"{_UNAVAILABLE}: there was no answer"
    return None


async def _write(response: httpx.Response, partial: Path) -> None:
    size = 0
    with partial.open("wb") as file:
        async for part in response.aiter_bytes():
            size += len(part)
            if size > MAX_BYTES:
                raise Unreadable(f"The file is larger than {MAX_BYTES // 1024**2} MB")
            file.write(part)
