from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from infra.local.retrieval.documents import Documents
from infra.local.retrieval.folder import Record
from shared.clock import SeededIds, derive_id

SOURCE = "http://files.test/source"
DOCUMENT = derive_id("document")

Build = Callable[[], Documents]


def accept(
    documents: Documents, document_id: str = DOCUMENT, content_type: str = "text/plain", url: str = SOURCE
) -> Record:
    record, _ = documents.accept(
        document_id=document_id, source_url=url, content_type=content_type, course_id="c"
    )
    return record


@dataclass
class Source:
    """A server of downloads; `answers` come first, then the file itself."""

    data: bytes = b"A loop repeats its body while the condition holds.\n"
    answers: list[httpx.Response | Exception] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else httpx.Response(200, content=self.data)
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Outcomes:
    """A record of published outcomes; the first `failures` publications fail."""

    told: list[tuple[str, str, str | None]] = field(default_factory=list)
    failures: int = 0

    async def publish(self, document_id: str, status: str, error: str | None) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("nobody takes it")
        self.told.append((document_id, status, error))


async def no_wait(_: float) -> None:
    """Time passes at once."""


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def outcomes() -> Outcomes:
    return Outcomes()


@pytest.fixture
async def http(source: Source) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(source)) as client:
        yield client


@pytest.fixture
async def build(tmp_path: Path, http: httpx.AsyncClient, outcomes: Outcomes) -> AsyncIterator[Build]:
    """Build the service anew on the same folder, as after a restart."""
    built: list[Documents] = []

    def make() -> Documents:
        documents = Documents(
            tmp_path / "retrieval",
            http=http,
            publish=outcomes.publish,
            ids=SeededIds(len(built)),
            sleep=no_wait,
        )
        built.append(documents)
        return documents

    yield make
    for documents in built:
        await documents.aclose()
