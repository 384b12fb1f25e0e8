"""Fetch of a file from an address that the user gave."""

import io
from urllib.parse import urlsplit

import httpx

from functions.courses.documents.models import CourseDocument
from functions.courses.documents.store import build_object_key, bytes_ref, document_ref
from functions.courses.files.inspection import Inspection, inspect
from functions.courses.files.rules import UPLOADED, FileKind, clean_file_name
from shared.errors import ServiceUnavailable
from shared.net import AddressRefused, Fetched, FetchFailed, FetchTooLarge, fetch
from shared.net.naming import choose_file_name, parse_media_type
from shared.services import Services
from shared.store import Transaction
from shared.usage import UsageOf, settle_storage

_TIMEOUT_SECONDS = 60.0


class FetchRefused(Exception):
    """The address gives no acceptable file; `reason` is shown to the user."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def fetch_file(services: Services, document: CourseDocument) -> CourseDocument | None:
    """Fetch and store the document's file; None if the document was deleted meanwhile.

    Raises FetchRefused, ServiceUnavailable.
    """
    fetched = await _fetch(services, document.source_url or "")
    name = clean_file_name(fetched.file_name)
    inspected = await inspect(io.BytesIO(fetched.content), file_name=name, content_type=fetched.content_type)
    if inspected.kind not in UPLOADED or inspected.kind is None:
        raise FetchRefused(
            "The content at this address is of a type that is not accepted; use another address"
        )
    key = build_object_key(
        user_id=document.user, document_id=document.id, unique_id=services.ids.new(), file_name=name
    )
    await services.objects.put(key, fetched.content, content_type=inspected.kind.content_type)
    try:
        saved = await _save_file(
            services, document, key=key, name=name, inspected=inspected, kind=inspected.kind
        )
    except FetchRefused:
        await services.objects.delete(key)
        raise
    if saved is None or saved.object_key != key:
        await services.objects.delete(key)
    return saved


async def _save_file(
    services: Services,
    document: CourseDocument,
    *,
    key: str,
    name: str,
    inspected: Inspection,
    kind: FileKind,
) -> CourseDocument | None:
    usage = UsageOf(document.user, services.clock.now())

    async def work(tx: Transaction) -> CourseDocument | None:
        existing = await tx.get(document_ref(document))
        if existing is None or existing.object_key is not None:
            return existing
        holdings = await tx.get(usage.holdings)
        if holdings and holdings.storage_bytes + inspected.size > services.settings.quota_storage_bytes:
            raise FetchRefused("Your storage quota is used up; delete documents and process this one again")
        claim = bytes_ref(user_id=existing.user, course_id=existing.course, sha256=inspected.sha256)
        is_first = await tx.get(claim) is None
        with_file = existing.model_copy(
            update={
                "object_key": key,
                "file_name": name,
                "file_size_bytes": inspected.size,
                "document_type": kind.document_type,
                "content_type": kind.content_type,
                "sha256": inspected.sha256 if is_first else None,
                "updated_at": usage.now,
            }
        )
        if is_first:
            tx.create(claim, claim.model(id=claim.id, document=existing.id))
        settle_storage(tx, usage, difference=inspected.size)
        tx.put(document_ref(existing), with_file)
        return with_file

    return await services.store.transact(work)


async def _fetch(services: Services, url: str) -> Fetched:
    """Fetch the file, directly or through the scraper service. Raises FetchRefused, ServiceUnavailable."""
    limit = services.settings.document_limit_bytes
    try:
        if services.settings.scraper_service_url:
            return await _scrape(services, url, max_bytes=limit)
        return await fetch(url, transport=services.outside, max_bytes=limit, timeout=_TIMEOUT_SECONDS)
    except AddressRefused as refused:
        raise FetchRefused(refused.reason) from refused
    except FetchTooLarge as large:
        raise FetchRefused(
            f"The content at this address is larger than {limit:,} bytes; use another address"
        ) from large
    except FetchFailed as failed:
        raise FetchRefused(failed.text) from failed


async def _scrape(services: Services, url: str, *, max_bytes: int) -> Fetched:
    """Fetch through the scraper service: it gets POST {"url"} and answers with the content.

    Raises FetchFailed, FetchTooLarge, ServiceUnavailable.
    """
    services.outside.check(url)
    token = services.settings.scraper_service_token.get_secret_value()
    request = services.http.build_request(
        "POST",
        services.settings.scraper_service_url,
        json={"url": url},
        headers={"Authorization": f"Bearer {token}"},
        timeout=_TIMEOUT_SECONDS,
    )
    try:
        response = await services.http.send(request, stream=True)
        try:
            return await _read_answer(response, url, max_bytes)
        finally:
            await response.aclose()
    except httpx.HTTPError as error:
        raise ServiceUnavailable("The scraper service does not answer") from error


async def _read_answer(response: httpx.Response, url: str, max_bytes: int) -> Fetched:
    if response.status_code == 429 or response.status_code >= 500:
        raise ServiceUnavailable("The scraper service is not available")
    if not response.is_success:
        raise FetchFailed
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > max_bytes:
            raise FetchTooLarge
    disposition = response.headers.get("content-disposition", "")
    return Fetched(
        content=bytes(content),
        content_type=parse_media_type(response.headers.get("content-type", "")),
        final_url=url,
        file_name=choose_file_name(disposition, urlsplit(url).path),
    )
