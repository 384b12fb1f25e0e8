"""The builder of the demo's documents: `python -m infra.local.demo.documents.build DIR`.

The same sources give the same bytes, so that a run of the demo can be compared with another.
"""

import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from infra.local.demo.documents.source import Article, parse

SOURCES = Path(__file__).parent
CREATED = datetime(2025, 1, 1, tzinfo=UTC)
"""The creation time that the files name: fixed, as the clock would make each build differ."""


def build(target: Path) -> list[Path]:
    """Write the PDF, the Word document and the Markdown file into `target`, which is made if missing."""
    target.mkdir(parents=True, exist_ok=True)
    files = {
        "cell-energy.pdf": _build_pdf(_read_article("cell-energy.md")),
        "supply-and-demand.docx": _build_docx(_read_article("supply-and-demand.md")),
        "probability.md": (SOURCES / "probability.md").read_bytes(),
    }
    for name, content in files.items():
        (target / name).write_bytes(content)
    return [target / name for name in files]


def _read_article(source: str) -> Article:
    return parse((SOURCES / source).read_text(encoding="utf-8"))


def _build_pdf(article: Article) -> bytes:
    from infra.local.demo.documents.textbook import Textbook

    book = Textbook(article, created=CREATED)
    book.compose()
    return bytes(book.output())


def _build_docx(article: Article) -> bytes:
    from infra.local.demo.documents.word import compose

    saved = BytesIO()
    compose(article, created=CREATED).save(saved)
    return _fix_times(saved)


def _fix_times(archive: BytesIO) -> bytes:
    """Return the same ZIP archive with CREATED as the time of every member."""
    fixed = BytesIO()
    with ZipFile(archive) as source, ZipFile(fixed, "w", ZIP_DEFLATED) as copy:
        for name in source.namelist():
            member = ZipInfo(name, CREATED.timetuple()[:6])
            copy.writestr(member, source.read(name), ZIP_DEFLATED)
    return fixed.getvalue()


def main(arguments: list[str]) -> None:
    """Build into the one directory named, and print the paths."""
    if len(arguments) != 1:
        raise SystemExit("usage: python -m infra.local.demo.documents.build DIR")
    for path in build(Path(arguments[0])):
        print(path)


if __name__ == "__main__":
    main(sys.argv[1:])
