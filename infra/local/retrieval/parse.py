"""Reads one file in a process of its own, with bounded memory and time.

`work` writes content.json and chunks.json into the folder that its order names. Standard output tells one
JSON object a line: `{"progress": 40}`, and at last `{"pages": 25, "chunks": 15}` or
`{"error": "a sentence for people"}`.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.local.retrieval.blocks import (
    DAMAGED,
    MAX_CHARACTERS,
    OUT_OF_MEMORY,
    Damaged,
    Parsed,
    Unreadable,
    too_long,
)
from infra.local.retrieval.chunks import STORED_CHUNKS, to_chunks
from infra.local.retrieval.digest import to_content
from infra.local.retrieval.folder import write_atomically
from infra.local.retrieval.kinds import FileKind, file_kind

MEMORY_BYTES = 460 * 1024 * 1024
CPU_SECONDS = 60
_MAX_TEXT_BYTES = 2 * MAX_CHARACTERS

Report = Callable[[dict[str, Any]], None]
Order = dict[str, str]  # file, folder, content_type, document_id


def parse_file(path: Path, content_type: str, progress: Callable[[float], None]) -> Parsed:
    """Raises Unreadable with a sentence for people, whatever is wrong with the file."""
    kind = file_kind(content_type, path)
    if kind == "pdf":
        from infra.local.retrieval.pdf import parse_pdf

        return parse_pdf(path, progress)
    if kind == "word":
        from infra.local.retrieval.word import parse_word

        return parse_word(path)
    if path.stat().st_size > _MAX_TEXT_BYTES:
        raise too_long()
    return _parse_text(kind, path.read_bytes())


def _parse_text(kind: FileKind, data: bytes) -> Parsed:
    if kind == "html":
        from infra.local.retrieval.webpage import parse_webpage

        return parse_webpage(data)
    if kind == "markdown":
        from infra.local.retrieval.markdown import parse_markdown

        return parse_markdown(data)
    from infra.local.retrieval.plain import parse_plain

    return parse_plain(data)


def run(path: Path, folder: Path, *, content_type: str, document_id: str, report: Report) -> None:
    """Parse, chunk and digest; the last report tells the outcome. Never raises for what is in the file."""
    try:
        parsed = parse_file(path, content_type, lambda share: report({"progress": 30 + int(share * 40)}))
        report({"progress": 75})
        chunks = to_chunks(document_id, parsed.blocks)
        content = to_content(parsed.blocks, len(chunks))
        write_atomically(folder / "content.json", content.model_dump_json().encode())
        write_atomically(folder / "chunks.json", STORED_CHUNKS.dump_json(chunks))
        report({"pages": parsed.pages, "chunks": len(chunks)})
    except BrokenPipeError:  # nobody listens any more
        raise
    except Exception as error:  # noqa: BLE001 - a file can lead a parser anywhere; nobody is helped by a trace
        report({"error": _reason(error)})


def _reason(error: Exception) -> str:
    """Libraries tell of missing memory in many ways; how much was in use tells it best."""
    if isinstance(error, Unreadable) and not isinstance(error, Damaged):
        return str(error)
    if isinstance(error, MemoryError) or _memory_in_use() > 0.7 * MEMORY_BYTES:
        return OUT_OF_MEMORY
    return str(error) if isinstance(error, Damaged) else DAMAGED


def _memory_in_use() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def limit_self() -> None:
    """Bound this process before it touches the file; a system may refuse some of the limits."""
    os.nice(10)
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1]))
        except (OSError, ValueError):  # macOS knows no limit of the address space
            continue


def work(order: Order) -> None:
    limit_self()
    run(
        Path(order["file"]),
        Path(order["folder"]),
        content_type=order["content_type"],
        document_id=order["document_id"],
        report=lambda line: print(json.dumps(line), flush=True),
    )
