import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

import httpx
import pytest

from infra.local.retrieval import reader
from infra.local.retrieval.documents import Documents
from infra.local.retrieval.folder import Folder
from infra.local.retrieval.reader import ForkServer
from tests.infra.local.retrieval import files
from tests.infra.local.retrieval.conftest import DOCUMENT, SOURCE, Build, Outcomes, Source, accept


async def test_document_is_read_and_its_outcome_told(build: Build, outcomes: Outcomes) -> None:
    documents = build()
    accept(documents)
    before = documents.get_status(DOCUMENT)
    await documents.wait_until_settled()
    after = documents.get_status(DOCUMENT)

    assert before is not None
    assert (before.status, before.progress, before.text_extracted) == ("processing", 0, False)
    assert after is not None
    assert (after.status, after.progress, after.pages, after.chunks) == ("completed", 100, 1, 1)
    assert after.embeddings_created
    assert outcomes.told == [(DOCUMENT, "completed", None)]


async def test_unreadable_document_fails_with_its_reason(
    build: Build, outcomes: Outcomes, source: Source
) -> None:
    source.data = files.encrypted_pdf()
    documents = build()
    accept(documents, content_type=files.PDF)
    await documents.wait_until_settled()
    status = documents.get_status(DOCUMENT)

    assert status is not None
    assert (status.status, status.progress) == ("failed", 100)
    assert outcomes.told == [(DOCUMENT, "failed", "The PDF is protected by a password")]


async def test_accepted_document_is_taken_up_again_after_a_crash(build: Build, outcomes: Outcomes) -> None:
    crashed = build()
    accept(crashed)
    await crashed.aclose()
    assert outcomes.told == []

    restarted = build()
    await restarted.start()
    await restarted.start()  # also when asked twice
    await restarted.wait_until_settled()

    assert outcomes.told == [(DOCUMENT, "completed", None)]


async def test_downloaded_file_outlives_a_crash_longer_than_its_link(
    build: Build, outcomes: Outcomes, source: Source, tmp_path: Path
) -> None:
    crashed = build()
    accept(crashed)
    await crashed.aclose()
    (tmp_path / "retrieval" / DOCUMENT / "source").write_bytes(source.data)
    source.answers = [httpx.Response(403)]

    restarted = build()
    await restarted.start()
    await restarted.wait_until_settled()

    assert outcomes.told == [(DOCUMENT, "completed", None)]
    assert source.requests == []


async def test_outcome_is_told_again_when_a_crash_came_before_the_telling(
    build: Build, outcomes: Outcomes, tmp_path: Path
) -> None:
    documents = build()
    accept(documents)
    await documents.wait_until_settled()
    folder = Folder(tmp_path / "retrieval")
    record = folder.load(DOCUMENT)
    assert record is not None
    assert record.published
    folder.save(record.model_copy(update={"published": False}))

    restarted = build()
    await restarted.start()
    await restarted.wait_until_settled()

    assert outcomes.told == [(DOCUMENT, "completed", None)] * 2
    assert folder.list_unfinished() == []


async def test_telling_is_repeated_until_it_is_taken(
    build: Build, outcomes: Outcomes, caplog: pytest.LogCaptureFixture
) -> None:
    outcomes.failures = 3
    documents = build()
    with caplog.at_level(logging.CRITICAL):
        accept(documents)
        await documents.wait_until_settled()

    assert outcomes.told == [(DOCUMENT, "completed", None)]


async def test_document_handed_in_again_while_it_is_read_joins(build: Build, outcomes: Outcomes) -> None:
    documents = build()
    first = accept(documents)
    again = accept(documents, url=f"{SOURCE}?newer")
    await documents.wait_until_settled()

    assert again.processing_id == first.processing_id
    assert len(outcomes.told) == 1


async def test_document_handed_in_again_later_is_read_anew(
    build: Build, outcomes: Outcomes, source: Source
) -> None:
    documents = build()
    first = accept(documents)
    await documents.wait_until_settled()
    source.data = files.encrypted_pdf()
    again = accept(documents, content_type=files.PDF)
    await documents.wait_until_settled()

    assert again.processing_id != first.processing_id
    assert [status for _, status, _ in outcomes.told] == ["completed", "failed"]
    assert await documents.find([DOCUMENT], "loop", limit=5, threshold=0) == []


async def test_new_processing_replaces_the_telling_of_an_old_outcome(
    tmp_path: Path, http: httpx.AsyncClient
) -> None:
    told: list[str] = []
    stuck = asyncio.Event()

    async def publish(document_id: str, status: str, error: str | None) -> None:
        told.append(status)
        if len(told) == 1:
            stuck.set()
            await asyncio.sleep(60)

    documents = Documents(tmp_path, http=http, publish=publish, ids=_Ids())
    accept(documents)
    await stuck.wait()
    accept(documents)
    await documents.wait_until_settled()

    assert told == ["completed", "completed"]


class _Ids:
    def new(self) -> str:
        return os.urandom(4).hex()

    def token(self) -> str:
        return self.new()


async def test_deleted_document_leaves_nothing(build: Build, outcomes: Outcomes, tmp_path: Path) -> None:
    documents = build()
    accept(documents)
    await documents.delete(DOCUMENT)
    await documents.delete(DOCUMENT)
    await documents.wait_until_settled()

    assert documents.get_status(DOCUMENT) is None
    assert list((tmp_path / "retrieval").iterdir()) == []
    assert outcomes.told == []


async def test_download_is_tried_again_while_the_files_are_not_served_yet(
    build: Build, outcomes: Outcomes, source: Source
) -> None:
    source.answers = [httpx.ConnectError("refused"), httpx.Response(503), httpx.Response(429)]
    documents = build()
    accept(documents)
    await documents.wait_until_settled()

    assert outcomes.told == [(DOCUMENT, "completed", None)]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([httpx.Response(403)], "The file could not be downloaded: the answer was 403"),
        ([httpx.Response(500)] * 6, "The file could not be downloaded: the answer was 500"),
        ([httpx.ReadTimeout("slow")] * 6, "The file could not be downloaded: there was no answer"),
        ([httpx.UnsupportedProtocol("ftp")], "The file could not be downloaded: its address is not valid"),
    ],
)
async def test_file_that_can_not_be_had_fails_the_document(
    build: Build, outcomes: Outcomes, source: Source, answers: list[httpx.Response | Exception], reason: str
) -> None:
    source.answers = list(answers)
    documents = build()
    accept(documents)
    await documents.wait_until_settled()

    assert outcomes.told == [(DOCUMENT, "failed", reason)]


async def test_file_over_the_limit_is_not_taken(
    build: Build, outcomes: Outcomes, source: Source, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("infra.local.retrieval.download.MAX_BYTES", 2 * 1024**2)
    source.data = b"x" * (2 * 1024**2 + 1)
    documents = build()
    accept(documents)
    await documents.wait_until_settled()

    assert outcomes.told == [(DOCUMENT, "failed", "The file is larger than 2 MB")]
    assert [path.name for path in (tmp_path / "retrieval" / DOCUMENT).iterdir()] == ["record.json"]


async def test_fault_of_the_stand_in_itself_fails_the_document(
    build: Build, outcomes: Outcomes, source: Source, caplog: pytest.LogCaptureFixture
) -> None:
    source.answers = [RuntimeError("a fault")]
    documents = build()
    with caplog.at_level(logging.CRITICAL):
        accept(documents)
        await documents.wait_until_settled()

    assert outcomes.told == [(DOCUMENT, "failed", "The document could not be processed; try another file")]


WORK_SO = """
import os, signal, sys
sys.path.insert(0, {root!r})
from infra.local.retrieval.fork_server import serve

def work(order):
    {work}

serve(work)
"""


def forking(work: str) -> ForkServer:
    """A server whose processes do `work` in place of reading."""
    root = str(Path(reader.__file__).parents[3])
    return ForkServer((sys.executable, "-c", WORK_SO.format(root=root, work=work)))


async def test_reading_that_takes_too_long_is_ended(
    tmp_path: Path, http: httpx.AsyncClient, outcomes: Outcomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = forking("signal.pause()")
    monkeypatch.setattr(reader, "server", server)
    documents = Documents(tmp_path, http=http, publish=outcomes.publish, ids=_Ids(), read_timeout=0.01)
    accept(documents)
    await documents.wait_until_settled()
    server.end()

    assert outcomes.told == [(DOCUMENT, "failed", "Reading the file took too long")]


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "The file needs too much memory to be read"),
        ("os.kill(os.getpid(), signal.SIGXCPU)", "Reading the file took too long"),
        ("print('a library talks')", "The file is damaged and could not be read"),
        ("raise SystemExit(1)", "The file is damaged and could not be read"),
        ("os.kill(os.getppid(), signal.SIGKILL)", "The file is damaged and could not be read"),
    ],
)
async def test_end_of_the_reading_process_is_told_in_words(
    build: Build, outcomes: Outcomes, monkeypatch: pytest.MonkeyPatch, work: str, reason: str
) -> None:
    server = forking(work)
    monkeypatch.setattr(reader, "server", server)
    documents = build()
    accept(documents)
    await documents.wait_until_settled()
    server.end()

    assert outcomes.told == [(DOCUMENT, "failed", reason)]


async def test_reading_goes_on_after_its_server_was_killed(build: Build, outcomes: Outcomes) -> None:
    documents = build()
    for _ in range(2):
        accept(documents)
        await documents.wait_until_settled()
        assert reader.server.pid is not None
        os.kill(reader.server.pid, signal.SIGKILL)

    assert outcomes.told == [(DOCUMENT, "completed", None)] * 2


async def test_a_document_deleted_while_it_is_read_ends_its_process(
    build: Build, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    server = forking(f"open({str(pid)!r}, 'w').write(str(os.getpid())); signal.pause()")
    monkeypatch.setattr(reader, "server", server)
    documents = build()
    accept(documents)
    while not (pid.exists() and pid.read_text()):  # noqa: ASYNC110 - a process tells it no other way
        await asyncio.sleep(0.01)
    await documents.delete(DOCUMENT)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
    server.end()


async def test_killed_server_leaves_work_that_another_finishes(
    build: Build, outcomes: Outcomes, tmp_path: Path
) -> None:
    """A real process, ended by SIGKILL while it has accepted but not read."""
    program = (
        "import asyncio, httpx, sys\n"
        "from pathlib import Path\n"
        "from infra.local.retrieval.documents import Documents\n"
        "from shared.clock import RandomIds\n"
        "async def main():\n"
        "    async def publish(*_): pass\n"
        "    async with httpx.AsyncClient() as http:\n"
        "        documents = Documents(Path(sys.argv[1]), http=http, publish=publish, ids=RandomIds())\n"
        f"        documents.accept(document_id={DOCUMENT!r}, source_url='http://127.0.0.1:9/x',\n"
        "            content_type='text/plain', course_id='c')\n"
        "        print('accepted', flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, str(tmp_path / "retrieval")), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"accepted\n"
    process.send_signal(signal.SIGKILL)
    await process.communicate()

    documents = build()
    await documents.start()
    await documents.wait_until_settled()

    assert outcomes.told == [(DOCUMENT, "completed", None)]
