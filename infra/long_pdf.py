"""Reading of a long PDF beside the plain text that pypdf and pdfium give of it: processor time and memory.

Each reader has a process of its own, whose start is not counted; only `aksio` builds blocks, chunks, digest
and index.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.local.demo.documents import source

ROOT = Path(__file__).parents[1]
PAGES = 352
_SOURCES = Path(source.__file__).parent
_ROUNDS = 3
_PARAGRAPHS = 30  # of a chapter


@dataclass(frozen=True)
class Figures:
    """The cost of one reading: seconds of the processor, and the peak memory of its process."""

    processor_seconds: float
    peak_bytes: int


def measure_readers(folder: Path) -> Iterator[tuple[str, Figures]]:
    """Yield the best figures of each reader for one book of 352 pages."""
    file = folder / "book.pdf"
    write_book(file, PAGES)
    for reader in READERS:
        rounds = [measure_reader(reader, file) for _ in range(_ROUNDS)]
        yield reader, min(rounds, key=lambda figures: figures.processor_seconds)


def write_book(file: Path, pages: int) -> None:
    """Write a book of the demo's paragraphs, with chapters."""
    from fpdf import FPDF

    texts = [path.read_text("utf-8") for path in sorted(_SOURCES.rglob("*.md"))]
    parts = [" ".join(part.split()) for text in texts for part in text.split("\n\n")]
    paragraphs = [part.encode("latin-1", "ignore").decode("latin-1") for part in parts if len(part) > 200]
    pdf = FPDF()
    pdf.add_page()
    position = 0
    while pdf.page_no() < pages:
        if not position % _PARAGRAPHS:
            pdf.set_font("Times", "B", 15)
            pdf.cell(0, 10, f"Chapter {position // _PARAGRAPHS + 1}", new_x="LMARGIN", new_y="NEXT")
            pdf.set_font("Times", "", 11)
        pdf.multi_cell(0, 5, paragraphs[position % len(paragraphs)], new_x="LMARGIN", new_y="NEXT")
        pdf.ln(3)
        position += 1
    pdf.output(str(file))


def measure_reader(reader: str, file: Path) -> Figures:
    """Read the file by the reader in a process of its own."""
    command = [sys.executable, "-m", "infra.long_pdf", reader, str(file)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603
    return Figures(**json.loads(done.stdout.splitlines()[-1]))


def _read_by_pypdf(file: Path) -> None:
    from pypdf import PdfReader

    for page in PdfReader(file).pages:
        page.extract_text()


def _read_by_pdfium(file: Path) -> None:
    import pypdfium2

    for page in pypdfium2.PdfDocument(file):
        page.get_textpage().get_text_range()
        page.close()


def _read_by_aksio(file: Path) -> None:
    from infra.local.retrieval.folder import Folder, Record
    from infra.local.retrieval.parse import process_file
    from infra.local.retrieval.search import Search

    with tempfile.TemporaryDirectory() as name:
        folder = Folder(Path(name))
        folder.save(
            Record(
                document_id="book",
                processing_id="1",
                source_url="",
                content_type="application/pdf",
                state="completed",
            )
        )
        process_file(
            file,
            folder.locate("book"),
            content_type="application/pdf",
            document_id="book",
            report=lambda _: None,
        )
        Search(folder).find(["book"], "energy of the cell", limit=5, threshold=0)


READERS: dict[str, Callable[[Path], None]] = {
    "pypdf": _read_by_pypdf,
    "pdfium": _read_by_pdfium,
    "aksio": _read_by_aksio,
}


def main(reader: str, file: str) -> None:
    """Read the file and print the figures as JSON."""
    began = time.process_time()
    READERS[reader](Path(file))
    spent = time.process_time() - began
    print(json.dumps(asdict(Figures(processor_seconds=spent, peak_bytes=_measure_peak()))))


def _measure_peak() -> int:
    """Return this program's peak memory; `getrusage` counts that of the process which started it too."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main(*sys.argv[1:])
