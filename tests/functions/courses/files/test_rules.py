import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.courses.files.rules import (
    DOCX,
    HTML,
    JPEG,
    MD,
    PDF,
    PNG,
    RTF,
    TXT,
    build_key_name,
    clean_file_name,
    detect_binary_kind,
    detect_text_kind,
    matches_declared_type,
)
from shared.objects.names import check_key
from shared.text.invisible import keep_printable
from tests.functions.courses.studies import EXE


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7", PDF),
        (b"\xef\xbb\xbf\r\n%PDF-1.4", PDF),
        (b"\x89PNG\r\n\x1a\n\x00", PNG),
        (b"\xff\xd8\xff\xe0", JPEG),
        (b"{\\rtf1\\ansi %PDF-1.7", RTF),
        (EXE + b"%PDF-1.7", None),
        (b"GIF89a", None),
        (b"", None),
    ],
)
def test_binary_kinds_are_known_by_their_first_bytes(head: bytes, kind: object) -> None:
    assert detect_binary_kind(head) == kind


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"# Loops", "loops.MD", MD),
        (b"# Loops", "loops", TXT),
        (b"<!DOCTYPE html><p>", "page.txt", HTML),
        (b"\xef\xbb\xbf  <?xml version='1.0'?>\n<!-- a -->\n<HTML lang=en>", "page", HTML),
        (b"<htmlish> is a word", "a.txt", TXT),
        (b"<p>a part of a page", "page.HTM", HTML),
        (b"<p>a part of a page", "page.md", MD),
        (b"no markup", "page.html", TXT),
        (b"%!PS-Adobe", "a.txt", None),
        (b" <svg xmlns=", "a.txt", None),
    ],
)
def test_kinds_of_text_are_told_apart(head: bytes, name: str, kind: object) -> None:
    assert detect_text_kind(head, file_name=name) == kind


def test_markdown_may_also_be_announced() -> None:
    assert detect_text_kind(b"# Loops", file_name="loops", content_type="text/markdown") == MD


def test_html_may_also_be_announced() -> None:
    assert detect_text_kind(b"<p>Loops", file_name="loops", content_type="text/html") == HTML


def test_only_the_two_plain_texts_may_be_announced_as_each_other() -> None:
    assert matches_declared_type("text/plain", MD)
    assert matches_declared_type("text/markdown", TXT)
    assert matches_declared_type("image/png", PNG)
    assert not matches_declared_type("image/png", JPEG)
    assert not matches_declared_type("text/plain", HTML)
    assert not matches_declared_type("application/zip", DOCX)


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("C:\\temp\\ch3.pdf", "ch3.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\n.txt", "ab.txt"),
        ("  ..", "document"),
        (None, "document"),
        ("Übung 1.pdf", "Übung 1.pdf"),
        ("ශ්\u200dරී\u200b.pdf", "ශ්\u200dරී.pdf"),
    ],
)
def test_a_shown_name_has_no_folders_and_nothing_unseen(given_name: str | None, shown: str) -> None:
    assert clean_file_name(given_name) == shown


@given(st.text(max_size=300))
def test_any_name_gives_one_to_show_and_one_for_a_key(name: str) -> None:
    shown = clean_file_name(name)
    assert 0 < len(shown) <= 200
    assert keep_printable(shown) == shown
    key = build_key_name(shown)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", key)
    assert not key.endswith(".")
    assert check_key(f"users/{key}")
