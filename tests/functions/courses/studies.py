"""A student with a course, files to upload, and a scripted retrieval service."""

import hashlib
import io
import zipfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from shared.errors import ServiceUnavailable
from shared.identity import SESSIONS, AccessClaims, Session, issue_access
from shared.retrieval import Chunk, DocumentContent, ProcessingStatus, Status, Submitted
from shared.usage import Holdings, UsageOf
from tests.stack import START, Stack, User, running

COURSES = "/api/v1/courses/"
TEXT = b"A while loop repeats its body as long as its condition holds.\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)


def build_archive(*names: str, content: bytes = b"<x/>") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, content)
    return file.getvalue()


def build_word(content: bytes = b"<x/>") -> bytes:
    return build_archive("[Content_Types].xml", "word/document.xml", content=content)


def hash_bytes(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Studies:
    stack: Stack
    user: User
    course: str

    @property
    def http(self) -> httpx.AsyncClient:
        return self.user.http

    @property
    def url(self) -> str:
        return f"{COURSES}{self.course}/"

    @property
    def documents(self) -> str:
        return f"{self.url}documents/"

    def document(self, document_id: str) -> str:
        return f"{self.documents}{document_id}/"

    async def send(self, data: bytes = TEXT, file_name: str = "loops.txt", **fields: str) -> httpx.Response:
        return await self.http.post(
            f"{self.documents}upload/", files={"file": (file_name, data)}, data=dict(fields)
        )

    async def upload(self, data: bytes = TEXT, file_name: str = "loops.txt", **fields: str) -> str:
        """Upload a file and return the document's id."""
        answer = await self.send(data, file_name, **fields)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["document"]["id"])

    async def get(self, document_id: str) -> dict[str, Any]:
        answer = await self.http.get(self.document(document_id))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def course_view(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.http.get(self.url)).json()
        return found


async def sign_in(stack: Stack) -> User:
    """Create a user without the cost of a registration, with a long-lived access token."""
    services, lasts = stack.services, timedelta(days=60)
    now, user_id = services.clock.now(), services.ids.new()
    session = Session(
        id=services.ids.new(),
        user=user_id,
        role="student",
        rotated_at=now,
        created_at=now,
        last_used_at=now,
        expires_at=now + lasts,
    )
    await services.store.put(SESSIONS.doc(session.id, user=user_id), session)
    claims = AccessClaims(user_id, session.id)
    secret = services.settings.jwt_secret.get_secret_value()
    token = issue_access(claims, secret=secret, now=now, lifetime=lasts)
    http = stack.client(Authorization=f"Bearer {token}")
    return User(http=http, id=user_id, username="student", access=token, refresh="")


async def start_studies(stack: Stack) -> Studies:
    user = await sign_in(stack)
    answer = await user.http.post(COURSES, json={"name": "Programming"})
    assert answer.status_code == 201, answer.text
    return Studies(stack, user, answer.json()["id"])


@asynccontextmanager
async def run_studies(
    folder: Path, *, services: dict[str, Any] | None = None, start: datetime = START, **changes: Any
) -> AsyncIterator[Studies]:
    """Run studies in a stack of their own."""
    async with running(folder, start=start, services=services, **changes) as stack:
        yield await start_studies(stack)


async def get_holdings(studies: Studies) -> Holdings:
    usage = UsageOf(studies.user.id, studies.stack.clock.now())
    return await studies.stack.services.store.get(usage.holdings) or Holdings(id="total")


@dataclass
class ScriptedRetrieval:
    """A scripted retrieval service. `away` refuses every call; `stands` is the state of each document."""

    away: bool = False
    stands: dict[str, ProcessingStatus] = field(default_factory=dict)
    contents: dict[str, DocumentContent] = field(default_factory=dict)
    chunks: list[Chunk] = field(default_factory=list)
    submissions: list[dict[str, str]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)

    def say(self, document_id: str, status: Status, **more: Any) -> None:
        self.stands[document_id] = ProcessingStatus(document_id=document_id, status=status, **more)

    async def submit(
        self,
        *,
        document_id: str,
        source_url: str,
        content_type: str,
        course_id: str,  # noqa: ARG002 - required by the protocol
    ) -> Submitted:
        self._answer()
        self.submissions.append({"document_id": document_id, "url": source_url, "type": content_type})
        self.say(document_id, "processing")
        return Submitted(processing_id=f"theirs-{len(self.submissions)}")

    async def get_status(self, document_id: str) -> ProcessingStatus | None:
        self._answer()
        return self.stands.get(document_id)

    async def get_content(self, document_id: str) -> DocumentContent | None:
        self._answer()
        return self.contents.get(document_id)

    async def delete(self, document_id: str) -> None:
        self._answer()
        self.deleted.append(document_id)

    async def retrieve(
        self,
        *,
        document_ids: Sequence[str],  # noqa: ARG002
        query: str,  # noqa: ARG002
        max_chunks: int = 10,
        similarity_threshold: float = 0.0,  # noqa: ARG002
    ) -> list[Chunk]:
        self._answer()
        return self.chunks[:max_chunks]

    async def aclose(self) -> None:
        """Nothing to close."""

    def _answer(self) -> None:
        if self.away:
            raise ServiceUnavailable
