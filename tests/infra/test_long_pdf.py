"""The book that reading is measured with, and each reader of it."""

from pathlib import Path

import pytest

from infra.local.retrieval.pdf import parse_pdf
from infra.long_pdf import READERS, measure_reader, write_book


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("books") / "book.pdf"
    write_book(file, 4)
    return file


def test_the_book_is_full_of_text(book: Path) -> None:
    parsed = parse_pdf(book, lambda _: None)

    assert parsed.pages == 4
    assert sum(len(block.text) for block in parsed.blocks) > 4 * 2_000


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_each_reader_is_measured(reader: str, book: Path) -> None:
    figures = measure_reader(reader, book)

    assert figures.processor_seconds > 0
    assert figures.peak_bytes > 1_000_000
