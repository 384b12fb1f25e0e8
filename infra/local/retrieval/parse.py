"""The parsing of one file in a process of its own, with bounded memory and time.

`run_order` writes content.json and chunks.json into the folder that its order names. Standard output tells
one JSON object a line: `{"progress": 40}`, and at last `{"pages": 25, "chunks": 15}` or `{"error": "a
sentence for people"}`.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from infra.local.retrieval.blocks import (
    DAMAGED,
    MAX_TEXT_CHARS,
    OUT_OF_MEMORY,
    TOO_LONG,
    Damaged,
    Parsed,
    Unreadable,
)
from infra.local.retrieval.chunks import STORED_CHUNKS, build_chunks
from infra.local.retrieval.digest import build_content
from infra.local.retrieval.folder import write_atomically
from infra.local.retrieval.kinds import FileKind, detect_file_kind

MAX_MEMORY_BYTES = 460 * 1024 * 1024
MAX_CPU_SECONDS = 60
_MAX_TEXT_BYTES = 2 * MAX_TEXT_CHARS

_PACKAGES: dict[FileKind, tuple[str, str]] = {
    "word": ("word", "parse_word"),
    "slides": ("slides", "parse_slides"),
    "ebook": ("ebook", "parse_ebook"),
    "opendocument": ("opendocument", "parse_opendocument"),
}
_TEXTS: dict[FileKind, tuple[str, str]] = {
    "notebook": ("notebook", "parse_notebook"),
    "rtf": ("rich_text", "parse_rich_text"),
    "html": ("webpage", "parse_webpage"),
    "markdown": ("markdown", "parse_markdown"),
    "text": ("plain", "parse_plain"),
}
_PICTURED = frozenset({"notebook", "rtf"})  # most of their bytes may be pictures

Report = Callable[[dict[str, Any]], None]
Order = dict[str, str]  # file, folder, content_type, document_id


def parse_file(path: Path, content_type: str, progress: Callable[[float], None]) -> Parsed:
    """Parse a file by its kind. Raises Unreadable with a sentence for people, whatever is wrong with it."""
    kind = detect_file_kind(content_type, path)
    if kind == "pdf":
        from infra.local.retrieval.pdf import parse_pdf

        return parse_pdf(path, progress)
    if kind in _PACKAGES:
        return _load(*_PACKAGES[kind])(path)
    if kind not in _PICTURED and path.stat().st_size > _MAX_TEXT_BYTES:
        raise Unreadable(TOO_LONG)
    return _load(*_TEXTS[kind])(path.read_bytes())


def _load(module: str, name: str) -> Callable[[Any], Parsed]:
    """Load the parser once it is needed: each loads libraries of its own."""
    parser: Callable[[Any], Parsed] = getattr(import_module(f"infra.local.retrieval.{module}"), name)
    return parser


def process_file(path: Path, folder: Path, *, content_type: str, document_id: str, report: Report) -> None:
    """Parse, chunk and digest; the last report tells the outcome. Never raises for what is in the file."""
    try:
        parsed = parse_file(path, content_type, lambda share: report({"progress": 30 + int(share * 40)}))
        report({"progress": 75})
        chunks = build_chunks(document_id, parsed.blocks)
        content = build_content(parsed.blocks, len(chunks))
        write_atomically(folder / "content.json", content.model_dump_json().encode())
        write_atomically(folder / "chunks.json", STORED_CHUNKS.dump_json(chunks))
        report(
            {
                "pages": parsed.pages,
                "chunks": len(chunks),
                "pages_without_text": parsed.pages_without_text,
                "images_skipped": parsed.images_skipped,
            }
        )
    except BrokenPipeError:  # the caller is gone
        raise
    except Exception as error:  # noqa: BLE001 - a file can lead a parser anywhere, and a trace helps no one
        report({"error": _explain(error)})


def _explain(error: Exception) -> str:
    """Explain the error; libraries report missing memory in many ways, so the memory in use decides."""
    if isinstance(error, Unreadable) and not isinstance(error, Damaged):
        return str(error)
    if isinstance(error, MemoryError) or _measure_peak_memory() > 0.7 * MAX_MEMORY_BYTES:
        return OUT_OF_MEMORY
    return str(error) if isinstance(error, Damaged) else DAMAGED


def _measure_peak_memory() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def limit_self() -> None:
    """Bound this process before it touches the file; a system may refuse some of the limits."""
    os.nice(10)
    for kind, limit in (
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
        (resource.RLIMIT_CPU, MAX_CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (limit, resource.getrlimit(kind)[1]))
        except (OSError, ValueError):  # macOS knows no limit of the address space
            continue


def run_order(order: Order) -> None:
    """Process the file of an order within the limits, reporting to standard output."""
    limit_self()
    process_file(
        Path(order["file"]),
        Path(order["folder"]),
        content_type=order["content_type"],
        document_id=order["document_id"],
        report=lambda line: print(json.dumps(line), flush=True),
    )
