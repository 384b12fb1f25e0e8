"""Use cases of export: one archive for one user, behind a link that works for a day."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, closing
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from functions.auth.activity.service import roll_up_reviews
from functions.auth.export.archive import JsonFiles
from functions.auth.export.rules import README, build_row, choose_file, clean_name
from functions.auth.export.tasks import MakeExport
from functions.auth.users.store import find_user
from shared.jobs import JOBS, Job, create_job, finish_job
from shared.jobs.running import show_progress
from shared.objects import ObjectInfo
from shared.objects.names import EXPORTS
from shared.services import Services
from shared.store import Transaction
from shared.zip_stream import ZipStream, read_chunks

KIND = "export"
_LINK_LIFETIME = timedelta(hours=24)
_STALE_AFTER = timedelta(hours=1)
_BATCH_ROWS = 200


async def start_export(services: Services, *, user_id: str) -> Job:
    """Queue an archive, or return the job of the one in progress. Costs 3 reads, 5 writes."""
    now = services.clock.now()
    latest = JOBS.query(user=user_id).where("kind", "==", KIND).order_by("created_at", descending=True)

    async def work(tx: Transaction) -> Job:
        existing = await tx.first(latest)
        if existing and not existing.is_over and now - existing.updated_at < _STALE_AFTER:
            return existing
        job = create_job(services.ids.new(), kind=KIND, request={}, now=now)
        tx.create(JOBS.doc(job.id, user=user_id), job)
        tx.enqueue(MakeExport(user=user_id, job=job.id))
        await services.audit.record(tx, "export", actor=user_id, resource_id=job.id)
        return job

    return await services.store.transact(work)


async def make_export(services: Services, *, user_id: str, job_id: str) -> None:
    """Replace any older archive by a new one and finish the job. A repeated attempt starts over."""
    if await find_user(services.store, user_id) is None:
        return
    await show_progress(services, user_id=user_id, job_id=job_id, percentage=10)
    for folder in (_build_exports_prefix(user_id), _build_legacy_exports_prefix(user_id)):
        await services.objects.delete_prefix(folder)
    await roll_up_reviews(services, user_id=user_id)
    key = f"{_build_exports_prefix(user_id)}{job_id}.zip"
    async with aclosing(_stream_archive(services, user_id)) as parts:
        info = await services.objects.put(key, parts, content_type="application/zip")
    if not await _finish_job(services, user_id, job_id, info):
        await services.objects.delete(key)  # the account was erased meanwhile


async def _finish_job(services: Services, user_id: str, job_id: str, info: ObjectInfo) -> bool:
    ref, now = JOBS.doc(job_id, user=user_id), services.clock.now()
    url = await services.objects.sign_download(
        info.key, expires_in=_LINK_LIFETIME, download_name=f"aksio-{now:%Y-%m-%d}.zip"
    )
    result = {"url": url, "expires_at": _format_instant(now + _LINK_LIFETIME), "size_bytes": info.size}

    async def work(tx: Transaction) -> bool:
        job = await tx.get(ref)
        if job is None or await find_user(tx, user_id) is None:
            return False
        if not job.is_over:
            tx.put(ref, finish_job(job, result, now=now))
        return True

    return await services.store.transact(work)


async def _stream_archive(services: Services, user_id: str) -> AsyncGenerator[bytes, None]:
    stream = ZipStream(services.clock.now())
    async for part in stream.add("README.txt", _encode(README)):
        yield part
    with TemporaryDirectory() as folder:
        for file in await _write_documents(services, user_id, Path(folder)):
            async for part in stream.add(file.name, read_chunks(file)):
                yield part
    prefix = _build_prefix(user_id)
    async for info in services.objects.list(prefix):
        name = info.key.removeprefix(prefix)
        async for part in stream.add(clean_name(name), services.objects.stream(info.key)):
            yield part
    yield stream.end()


async def _write_documents(services: Services, user_id: str, folder: Path) -> list[Path]:
    """Write one JSON file for each kind of document below the user's."""
    root, batch = f"users/{user_id}", list[tuple[str, dict[str, Any]]]()
    with closing(JsonFiles(folder)) as files:
        async for path, fields in services.store.stream_subtree(root):
            below = path.removeprefix(root).strip("/")
            if name := choose_file(below):
                batch.append((name, build_row(below, fields)))
            if len(batch) >= _BATCH_ROWS:
                await asyncio.to_thread(files.write, batch)
                batch = []
        await asyncio.to_thread(files.write, batch)
        return files.finish()


async def _encode(text: str) -> AsyncIterator[bytes]:
    yield text.encode()


def _build_prefix(user_id: str) -> str:
    return f"users/{user_id}/"


def _build_exports_prefix(user_id: str) -> str:
    return f"{EXPORTS}{_build_prefix(user_id)}"


def _build_legacy_exports_prefix(user_id: str) -> str:
    """Build the prefix under which earlier releases stored archives."""
    return f"{_build_prefix(user_id)}exports/"


def _format_instant(value: datetime) -> str:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
