"""Files that are made to hurt, handed in at the front door: each ends in words, and the stack stays up."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.deadlines import DEADLINE_SECONDS, PROCESS_SECONDS
from tests.infra.local.retrieval import files
from tests.stack import PASSWORD
from tests.whole.clients import expect
from tests.whole.process import StackProcess

MEGABYTES_ALLOWED = 512
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

# What each must end as: its processing status, or the status with which it is refused at the door.
HOSTILE: dict[str, tuple[Callable[[], bytes], str | int]] = {
    "bomb.docx": (files.zip_bomb_docx, "failed"),
    "entities.docx": (files.entity_bomb_docx, "failed"),
    "entries.docx": (files.many_entries_docx, 415),
    "broken.docx": (files.broken_docx, "failed"),
    "empty.docx": (files.empty_docx, "failed"),
    "encrypted.pdf": (files.encrypted_pdf, "failed"),
    "scanned.pdf": (files.scanned_pdf, "failed"),
    "looping.pdf": (files.looping_pdf, "failed"),
    "pages.pdf": (lambda: files.many_pages_pdf(5000), "failed"),
    "bomb.pptx": (lambda: files.bomb(files.lesson_pptx(), "ppt/slides/s1.xml"), "failed"),
    "entities.pptx": (lambda: files.declare_entities(files.lesson_pptx(), "ppt/slides/s1.xml"), "failed"),
    "bomb.epub": (lambda: files.bomb(files.lesson_epub(), "OEBPS/text/one x.xhtml"), "failed"),
    "entities.epub": (lambda: files.declare_entities(files.lesson_epub(), "OEBPS/book.opf"), "failed"),
    "bomb.odt": (lambda: files.bomb(files.lesson_odt(), "content.xml"), "failed"),
    "nested.odt": (lambda: files.nest(files.lesson_odt(), "content.xml", "<a>", "</a>"), "failed"),
    "entities.odt": (lambda: files.declare_entities(files.lesson_odt(), "content.xml"), "failed"),
    "nested.ipynb": (files.deep_notebook, "failed"),
    "nested.html": (lambda: b"<!doctype html>" + b"<math><mrow>" * 50_000 + b"x", "completed"),
    "program.docx": (lambda: b"MZ\x90\x00" + bytes(range(256)) * 40, 415),
    "nothing.pdf": (lambda: b"", "failed"),
}


@pytest.fixture
def process(tmp_path: Path) -> Iterator[StackProcess]:
    built = StackProcess(tmp_path)
    yield built
    built.end()


class Memory:
    """The most that a process and its children have held at one time, in megabytes."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.peak = 0.0

    async def watch(self) -> None:
        while True:
            self.peak = max(self.peak, sum(map(_resident, [self._pid, *_below(self._pid)])))
            await asyncio.sleep(0.02)


def _below(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        children = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return [found for child in children for found in (child, *_below(child))]
    return []


def _resident(pid: int) -> float:
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024
    return 0.0


@asynccontextmanager
async def signed_up(url: str) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """A new user's client, and the documents' address in a course of theirs."""
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=DEADLINE_SECONDS) as http:
        body = {"username": "hostile", "email": "hostile@example.com", "password": PASSWORD}
        made = expect(await http.post("/api/v1/accounts/register/", json=body), 201).json()
        http.headers["Authorization"] = f"Bearer {made['access']}"
        course = expect(await http.post("/api/v1/courses/", json={"name": "Traps"}), 201).json()
        yield http, f"/api/v1/courses/{course['id']}/documents/"


@pytest.mark.slow
@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="memory is read from /proc: not tried here"
)
async def test_hostile_documents_end_in_words_and_the_stack_stays_small(process: StackProcess) -> None:
    await process.start()
    memory = Memory(process.pid)
    watching = asyncio.create_task(memory.watch())
    async with signed_up(process.url) as (http, address):
        documents = await handed_in(http, address)
        ended = {name: await outcome(http, f"{address}{each}/") for name, each in documents.items()}
        expect(await http.get("/api/health/"), 200)
    watching.cancel()
    expected = {name: end for name, (_, end) in HOSTILE.items() if isinstance(end, str)}
    assert {name: each["processing_status"] for name, each in ended.items()} == expected
    for name, each in ended.items():
        assert bool(each["processing_error"]) == (each["processing_status"] == "failed"), name
        assert "Traceback" not in str(each)
    assert 50 < memory.peak < MEGABYTES_ALLOWED


async def handed_in(http: httpx.AsyncClient, address: str) -> dict[str, str]:
    """The ids of the documents that were taken, by file name."""
    documents = {}
    for name, (build, end) in HOSTILE.items():
        kind = "application/pdf" if name.endswith(".pdf") else DOCX_TYPE
        answer = await http.post(f"{address}upload/", files={"file": (name, build(), kind)})
        if isinstance(end, int):
            expect(answer, end)
        else:
            documents[name] = expect(answer, 201).json()["document"]["id"]
    return documents


async def outcome(http: httpx.AsyncClient, document: str) -> dict[str, Any]:
    """The processing status once it is final; meanwhile the stack answers."""
    limit = time.monotonic() + PROCESS_SECONDS
    while True:
        status: dict[str, Any] = expect(await http.get(f"{document}processing_status/"), 200).json()
        if status["processing_status"] in ("completed", "failed"):
            return status
        assert time.monotonic() < limit, status
        await asyncio.sleep(0.2)
