"""The retrieval service by HTTP."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from shared.errors import ServiceUnavailable
from shared.retries import RetryPolicy
from shared.retrieval.protocol import Chunk, DocumentContent, ProcessingStatus, Submitted

logger = logging.getLogger(__name__)

_TIMEOUT = httpx.Timeout(20.0, connect=2.0)
_RETRIED_STATUSES = frozenset({429, 502, 503, 504})
_RETRIES = RetryPolicy(
    first_pause=timedelta(seconds=0.4), max_pause=timedelta(seconds=5), max_attempts=3, jitter=0.5
)  # short: a client is waiting
_MESSAGE = "The retrieval service is not available; try again later"
_Response = TypeVar("_Response", bound=BaseModel)


class _Chunks(BaseModel):
    chunks: list[Chunk]


class HttpRetrieval:
    """A client of the service. Calls are repeatable: refusals for load and lost connections are retried."""

    def __init__(
        self,
        *,
        base_url: str,
        token: SecretStr,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout: httpx.Timeout = _TIMEOUT,
        retries: RetryPolicy = _RETRIES,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._retries = retries
        self._sleep = sleep
        self._http = httpx.AsyncClient(
            base_url=base_url.rstrip("/"),
            headers={"Authorization": f"Bearer {token.get_secret_value()}"},
            timeout=timeout,
            transport=transport,
        )

    async def submit(
        self, *, document_id: str, source_url: str, content_type: str, course_id: str
    ) -> Submitted:
        body = {
            "document_id": document_id,
            "source_url": source_url,
            "content_type": content_type,
            "metadata": {"course_id": course_id},
        }
        return _parse(Submitted, await self._call("POST", "/api/documents", body=body))

    async def get_status(self, document_id: str) -> ProcessingStatus | None:
        response = await self._call("GET", _build_path(document_id), expected=(404,))
        return None if response.status_code == 404 else _parse(ProcessingStatus, response)

    async def get_content(self, document_id: str) -> DocumentContent | None:
        response = await self._call("GET", f"{_build_path(document_id)}/content", expected=(404, 409))
        return None if response.is_client_error else _parse(DocumentContent, response)

    async def delete(self, document_id: str) -> None:
        await self._call("DELETE", _build_path(document_id), expected=(404,))

    async def retrieve(
        self,
        *,
        document_ids: Sequence[str],
        query: str,
        max_chunks: int = 10,
        similarity_threshold: float = 0.0,
    ) -> list[Chunk]:
        if not document_ids:
            return []
        body = {
            "document_ids": list(document_ids),
            "query": query,
            "max_chunks": max_chunks,
            "similarity_threshold": similarity_threshold,
        }
        return _parse(_Chunks, await self._call("POST", "/api/context/retrieve", body=body)).chunks

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        expected: tuple[int, ...] = (),
    ) -> httpx.Response:
        attempt = 0
        while True:
            attempt += 1
            response = await self._send(method, path, body)
            if response is not None and (response.is_success or response.status_code in expected):
                return response
            if self._retries.is_last(attempt) or not _is_retryable(response):
                raise _build_error(response)
            pause = self._retries.pause_after(
                attempt,
                chance=random.random(),  # noqa: S311 - jitter, no secret
                requested=_read_retry_after(response),
            )
            await self._sleep(pause.total_seconds())

    async def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> httpx.Response | None:
        """Send the request once; None where the connection failed. Raises ServiceUnavailable on a timeout."""
        try:
            return await self._http.request(method, path, json=body)
        except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
            logger.warning("retrieval: no response in time to %s %s", method, path)
            raise ServiceUnavailable(_MESSAGE) from error
        except httpx.RequestError as error:
            logger.warning("retrieval: %s on %s %s", type(error).__name__, method, path)
            return None


def _build_path(document_id: str) -> str:
    return f"/api/documents/{quote(document_id, safe='')}"


def _is_retryable(response: httpx.Response | None) -> bool:
    return response is None or response.status_code in _RETRIED_STATUSES


def _read_retry_after(response: httpx.Response | None) -> timedelta | None:
    """Return the response's Retry-After, where it is given in seconds."""
    value = "" if response is None else response.headers.get("Retry-After", "")
    return timedelta(seconds=int(value)) if value.isdecimal() and len(value) < 7 else None


def _build_error(response: httpx.Response | None) -> ServiceUnavailable:
    if response is not None:
        logger.warning("retrieval: status %d from %s", response.status_code, response.request.url.path)
    requested = _read_retry_after(response)
    return ServiceUnavailable(_MESSAGE, retry_after=requested.total_seconds() if requested else 30.0)


def _parse(model: type[_Response], response: httpx.Response) -> _Response:
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        logger.warning("retrieval: unusable response from %s", response.request.url.path)
        raise ServiceUnavailable(_MESSAGE) from error
