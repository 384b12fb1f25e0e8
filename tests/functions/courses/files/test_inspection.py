import io
import random
import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.courses.files.inspection import CHUNK_BYTES, TextScan, inspect, read_chunks
from functions.courses.files.rules import DOCX, EPUB, IPYNB, MD, ODT, PDF, PNG, PPTX, TXT, FileKind
from tests import archives
from tests.functions.courses.studies import EXE, build_archive, build_word, hash_bytes
from tests.functions.courses.studies import PDF as A_PDF
from tests.functions.courses.studies import PNG as A_PNG


async def detect_kind(data: bytes, name: str = "notes.txt") -> FileKind | None:
    return (await inspect(io.BytesIO(data), file_name=name)).kind


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (A_PDF, "notes.txt", PDF),
        (A_PNG, "notes.pdf", PNG),
        (build_word(), "notes.txt", DOCX),
        (build_archive("[Content_Types].xml", "word/document2.xml"), "notes", DOCX),
        (build_archive("[Content_Types].xml", "ppt/presentation.xml"), "notes.docx", PPTX),
        (build_archive("ppt/presentation.xml"), "notes.pptx", None),
        (build_archive("META-INF/container.xml", "OEBPS/book.opf"), "notes.txt", EPUB),
        (build_archive("mimetype", "x", content=b"application/epub+zip"), "notes.odt", EPUB),
        (build_archive("mimetype", content=b"application/vnd.oasis.opendocument.text\n"), "notes.zip", ODT),
        (
            build_archive("mimetype", content=b"application/vnd.oasis.opendocument.spreadsheet"),
            "notes.odt",
            None,
        ),
        (build_archive("content.xml", "META-INF/container.xml"), "notes.epub", None),
        (b'{"cells": [{"cell_type": "code"}], "nbformat": 4}', "notes.txt", IPYNB),
        (b'{"cells": [1], "nbformat": 4}', "notes.ipynb", TXT),
        (b'"nbformat" and "cell_type" are words', "notes.ipynb", TXT),
        (b"", "notes.md", MD),
        (b"", "notes.exe", TXT),
        ("Schleifen über Schleifen".encode(), "a.txt", TXT),
        ("Schleifen über Schleifen".encode("latin-1"), "a.txt", TXT),
        ("Схемы".encode("utf-16"), "a.txt", TXT),
        (EXE, "notes.pdf", None),
        (EXE, "notes.txt", None),
        (build_archive("xl/workbook.xml", "[Content_Types].xml"), "notes.docx", None),
        (build_archive("word/document.xml"), "notes.docx", None),
        (b"PK\x03\x04" + bytes(100), "notes.docx", None),
        (build_word()[:-10], "notes.docx", None),
        (b"\x1b[31mred", "a.txt", None),
        ("Схемы".encode("cp1251"), "a.txt", None),
        (b"\xff\xfea\x00\x00", "a.txt", None),
        (b"\xff\xfe\x00\x00", "a.txt", None),
    ],
)
async def test_a_file_is_what_its_content_is(data: bytes, name: str, kind: FileKind | None) -> None:
    assert await detect_kind(data, name) == kind


async def test_a_notebook_is_one_wherever_its_names_stand() -> None:
    padding = b"a" * (CHUNK_BYTES - 20)
    data = b'{"cells": [{"cell_type": "' + padding + b'"}], "nbformat": 4}'
    for shift in range(14):
        assert await detect_kind(b" " * shift + data) == IPYNB


async def test_a_bomb_is_not_unfolded() -> None:
    bomb = build_word(content=bytes(50_000_000))
    assert len(bomb) < 100_000
    assert await detect_kind(bomb, "bomb.docx") == DOCX


async def test_an_archive_with_a_huge_directory_is_not_read() -> None:
    data = bytearray(build_word())
    position = data.rfind(b"PK\x05\x06")
    struct.pack_into("<I", data, position + 12, 5_000_000)
    assert await detect_kind(bytes(data), "notes.docx") is None


async def test_an_archive_in_the_64_bit_format_is_not_read() -> None:
    data = build_word()
    position = data.rfind(b"PK\x05\x06")
    hidden = data[:position] + b"PK\x06\x07" + bytes(16) + data[position:]
    assert await detect_kind(hidden, "notes.docx") is None


@pytest.mark.parametrize("attack", archives.HOSTILE.values(), ids=archives.HOSTILE)
async def test_a_word_document_with_a_hostile_directory_is_not_taken_for_one(
    attack: Callable[[bytes], bytes],
) -> None:
    assert await detect_kind(attack(build_word()), "notes.docx") is None


async def test_a_word_document_in_the_64_bit_format_is_one() -> None:
    assert await detect_kind(archives.as_zip64(build_word()), "notes.docx") == DOCX


@given(st.binary(max_size=2000))
async def test_any_bytes_are_measured_and_given_back(data: bytes) -> None:
    file = io.BytesIO(data)
    inspected = await inspect(file, file_name="a.txt")
    assert (inspected.size, inspected.sha256) == (len(data), hash_bytes(data))
    assert b"".join([chunk async for chunk in read_chunks(file)]) == data


@given(st.text(alphabet=st.characters(exclude_categories=["C"]), max_size=500), st.integers(0, 99))
def test_text_is_text_wherever_it_is_cut(text: str, seed: int) -> None:
    for encoding in ("utf-8", "utf-16"):
        data = text.encode(encoding)
        cut = random.Random(seed).randint(0, len(data))
        scan = TextScan(data[:1024])
        for part in (data[:cut], data[cut:]):
            scan.feed(part)
        scan.feed(b"", final=True)
        assert scan.is_text


async def test_what_stands_after_the_first_chunk_counts_too() -> None:
    assert await detect_kind(b"a" * CHUNK_BYTES) == TXT
    assert await detect_kind(b"a" * CHUNK_BYTES + b"\x00") is None
