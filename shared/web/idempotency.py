"""`Idempotency-Key`: a request repeated within 24 hours gets the first response, and the work is done once.

The stored response may contain tokens, so it is encrypted with a key derived from the Idempotency-Key, which
is not stored itself.
"""

import asyncio
import base64
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO

from fastapi import Request, Response

from shared.errors import Conflict, MalformedRequest
from shared.identity import Principal
from shared.services import Services
from shared.store import AlreadyExists, Collection, Document, Meter, Ref, use_meter

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_RETENTION_PERIOD = timedelta(hours=24)
_LEASE = timedelta(seconds=90)  # longer than any request takes
_WAIT_PERIOD = timedelta(seconds=30)
_POLL_SECONDS = 0.05
_CHUNK_BYTES = 256 * 1024
_MAX_ANSWER_BYTES = 600_000
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class KeyReused(Conflict):
    """The key was used for another request (409)."""

    message = "This Idempotency-Key was used for another request; choose a new one"


class StillRunning(Conflict):
    """The first request of the key has not ended (409)."""

    message = "The first request with this Idempotency-Key is still running; try again later"


class AnswerTooLarge(Conflict):
    """The first response is too large to be repeated (409)."""

    message = "This request was done, but its response is too large to be repeated"


class AnswerUnreadable(Conflict):
    """The first response was stored by another secret of the server (409)."""

    message = "This request was done, but its response can no longer be repeated"


class KeyedRequest(Document):
    """A request with a key: claimed, then answered."""

    fingerprint: str
    done: bool = False
    lease_until: datetime
    status: int = 0
    content_type: str = ""
    body: str | None = None
    expires_at: datetime


_USERS = Collection("users/{user}/idempotency", KeyedRequest)
_ANONYMOUS = Collection("idempotency", KeyedRequest)


@dataclass(frozen=True)
class Claim:
    """The right to do the work of a keyed request and to record its response."""

    services: Services
    ref: Ref[KeyedRequest]
    record: KeyedRequest
    secret: bytes

    async def record_answer(self, response: Response) -> None:
        body = bytes(response.body)
        encrypted = (
            None
            if len(body) > _MAX_ANSWER_BYTES
            else _build_cipher(self.secret).encrypt(body).decode("ascii")
        )
        answered = self.record.model_copy(
            update={
                "done": True,
                "status": response.status_code,
                "content_type": response.headers.get("content-type", ""),
                "body": encrypted,
            }
        )
        with use_meter(Meter()):
            await self.services.store.put(self.ref, answered)

    async def release(self) -> None:
        """Release the key for another attempt, since nothing was done."""
        with use_meter(Meter()):
            await self.services.store.delete(self.ref)


def read_key(request: Request) -> str | None:
    """Return the request's key. Raises MalformedRequest for an invalid one."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise MalformedRequest("Idempotency-Key must be 1 to 255 visible ASCII characters")
    return key


async def claim_key(
    services: Services, request: Request, principal: Principal | None, key: str
) -> Claim | Response:
    """Claim the work, or return the first request's response.

    Raises KeyReused, StillRunning, AnswerTooLarge, AnswerUnreadable.
    """
    secret = _derive_key(services.settings.jwt_secret.get_secret_value(), key)
    ref = _choose_ref(principal, key)
    fingerprint = await _fingerprint(request)
    give_up = asyncio.get_running_loop().time() + _WAIT_PERIOD.total_seconds()
    with use_meter(Meter()):
        while True:
            record = await _try_claim(services, ref, fingerprint)
            if isinstance(record, KeyedRequest):
                return Claim(services, ref, record, secret)
            if (existing := await services.store.get(ref)) is not None:
                if existing.fingerprint != fingerprint:
                    raise KeyReused
                if existing.done:
                    return _replay(existing, secret)
                if existing.lease_until <= services.clock.now():
                    await services.store.delete(ref)
                    continue
            if asyncio.get_running_loop().time() > give_up:
                raise StillRunning(retry_after=1)
            await asyncio.sleep(_POLL_SECONDS)


async def _try_claim(services: Services, ref: Ref[KeyedRequest], fingerprint: str) -> KeyedRequest | None:
    now = services.clock.now()
    record = KeyedRequest(
        id=ref.id, fingerprint=fingerprint, lease_until=now + _LEASE, expires_at=now + _RETENTION_PERIOD
    )
    try:
        await services.store.create(ref, record)
    except AlreadyExists:
        existing = await services.store.get(ref)
        if existing is not None and existing.expires_at <= now:
            await services.store.delete(ref)
        return None
    return record


def _choose_ref(principal: Principal | None, key: str) -> Ref[KeyedRequest]:
    name = hashlib.sha256(key.encode()).hexdigest()
    if principal is None:
        return _ANONYMOUS.doc(name)
    return _USERS.doc(name, user=principal.user_id)


async def _fingerprint(request: Request) -> str:
    """Hash what was sent: of a form its parts, since a client chooses another boundary for each attempt."""
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    content_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if content_type != "multipart/form-data":
        digest.update(await request.body())
        return digest.hexdigest()
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            part = [name, hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()]
        else:
            content = await asyncio.to_thread(_hash_file, value.file)
            part = [name, content, value.filename or "", value.content_type or ""]
        digest.update(json.dumps(part).encode())
    return digest.hexdigest()


def _hash_file(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK_BYTES):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _replay(existing: KeyedRequest, secret: bytes) -> Response:
    if existing.body is None:
        raise AnswerTooLarge
    content = _decrypt(existing.body, secret)
    headers = {"Idempotent-Replayed": "true"}
    if existing.content_type:
        headers["Content-Type"] = existing.content_type
    return Response(content, status_code=existing.status, headers=headers)


def _decrypt(body: str, secret: bytes) -> bytes:
    from cryptography.fernet import InvalidToken

    try:
        return _build_cipher(secret).decrypt(body.encode("ascii"))
    except InvalidToken:
        raise AnswerUnreadable from None


def _derive_key(secret: str, key: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(f"{secret}\n{key}".encode()).digest())


def _build_cipher(secret: bytes) -> "Fernet":
    from cryptography.fernet import Fernet

    return Fernet(secret)
