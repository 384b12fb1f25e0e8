import json
import os
import resource
from pathlib import Path
from typing import Any

import pytest

from infra.local.retrieval import parse
from infra.local.retrieval.blocks import Damaged, Unreadable
from infra.local.retrieval.chunks import STORED_CHUNKS
from infra.local.retrieval.folder import write_atomically
from shared.retrieval import DocumentContent
from tests.infra.local.retrieval import files


def run_parser(tmp_path: Path, data: bytes, content_type: str) -> list[dict[str, Any]]:
    source = tmp_path / "source"
    source.write_bytes(data)
    reports: list[dict[str, Any]] = []
    parse.process_file(source, tmp_path, content_type=content_type, document_id="d", report=reports.append)
    return reports


def test_reading_leaves_content_and_chunks_and_tells_its_progress(tmp_path: Path) -> None:
    reports = run_parser(tmp_path, files.lesson_pdf(), files.PDF)
    content = DocumentContent.model_validate_json((tmp_path / "content.json").read_bytes())
    chunks = STORED_CHUNKS.validate_json((tmp_path / "chunks.json").read_bytes())

    assert reports == [{"progress": 50}, {"progress": 70}, {"progress": 75}, reports[-1]]
    assert (reports[-1]["pages"], reports[-1]["chunks"]) == (2, 1)
    assert content.chunk_count == len(chunks) == 1
    assert content.sections[1].title == "An example"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Unreadable("The file is empty"), "The file is empty"),
        (Damaged("The PDF is damaged"), "The PDF is damaged"),
        (MemoryError(), "The file needs too much memory to be read"),
        (RecursionError("deep"), "The file is damaged and could not be read"),
    ],
)
def test_whatever_goes_wrong_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(parse, "parse_file", fail)
    monkeypatch.setattr(parse, "_measure_peak_memory", lambda: 1)

    assert run_parser(tmp_path, b"text", "text/plain") == [{"error": reason}]
    assert not (tmp_path / "content.json").exists()


@pytest.mark.parametrize("error", [Damaged("The PDF is damaged"), ImportError("cannot map")])
def test_stumbling_with_all_measure_peak_memory_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(parse, "parse_file", fail)
    monkeypatch.setattr(parse, "_measure_peak_memory", lambda: parse.MAX_MEMORY_BYTES)

    assert run_parser(tmp_path, b"text", "text/plain") == [
        {"error": "The file needs too much memory to be read"}
    ]


def test_process_ends_when_nobody_listens(tmp_path: Path) -> None:
    def hung_up(_: dict[str, Any]) -> None:
        raise BrokenPipeError

    (tmp_path / "source").write_bytes(b"Some text.")
    with pytest.raises(BrokenPipeError):
        parse.process_file(
            tmp_path / "source", tmp_path, content_type="text/plain", document_id="d", report=hung_up
        )


def test_a_process_limits_itself_before_it_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    limited: dict[int, int] = {}

    def set_limit(kind: int, limits: tuple[int, int]) -> None:
        if kind == resource.RLIMIT_CORE:
            raise ValueError("not on this system")
        limited[kind] = limits[0]

    monkeypatch.setattr(resource, "setrlimit", set_limit)
    monkeypatch.setattr(os, "nice", lambda _: 0)
    source = tmp_path / "source"
    source.write_bytes(b"A loop repeats.")
    order = {"file": str(source), "folder": str(tmp_path), "content_type": "text/plain", "document_id": "d"}
    parse.run_order(order)

    assert limited[resource.RLIMIT_AS] < 512 * 1024**2
    assert limited[resource.RLIMIT_CPU] == 60
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()][-1] == {
        "pages": 1,
        "chunks": 1,
        "pages_without_text": 0,
        "images_skipped": 0,
    }


def test_measure_peak_memory_is_counted_in_bytes() -> None:
    assert 10 * 1024**2 < parse._measure_peak_memory() < 10 * 1024**3


def test_file_that_can_not_be_written_whole_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "record.json"
    write_atomically(path, b"before")

    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_atomically(path, b"after")

    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
