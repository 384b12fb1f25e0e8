import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.net.naming import MAX_FILE_NAME_BYTES, choose_file_name, parse_media_type
from shared.text.invisible import keep_printable


@pytest.mark.parametrize(
    ("disposition", "path", "name"),
    [
        ('attachment; filename="notes.pdf"', "/x", "notes.pdf"),
        ("attachment; filename*=UTF-8''%C3%BCber.pdf", "/x", "über.pdf"),
        ('attachment; filename="../../etc/passwd"', "/x", "passwd"),
        ('attachment; filename="C:\\\\Users\\\\a\\\\notes.txt"', "/x", "notes.txt"),
        ('attachment; filename=".."', "/a/b.txt", "b.txt"),
        (f"attachment; filename*{'9' * 5000}=a.txt", "/a/b.txt", "b.txt"),
        ("inline", "/a/b.txt", "b.txt"),
        ("", "/a/b/", "b"),
        ("", "/", "download"),
        ("", "", "download"),
        ('attachment; filename="a\tb\x07.txt"', "/x", "ab.txt"),
        ("", "/" + "n" * 300 + ".pdf", "n" * 196 + ".pdf"),
        ("", "/" + "n" * 300, "n" * 200),
        ("", "/a." + "n" * 300, "a." + "n" * 198),
    ],
)
def test_the_name_of_a_download_is_safe(disposition: str, path: str, name: str) -> None:
    assert choose_file_name(disposition, path) == name


@given(st.text(), st.text())
def test_no_name_leaves_its_folder(disposition: str, path: str) -> None:
    for header in (
        disposition,
        f'attachment; filename="{disposition}"',
        f"attachment; filename*={disposition}",
    ):
        name = choose_file_name(header, path)
        assert name not in ("", ".", "..")
        assert "/" not in name
        assert "\\" not in name
        assert keep_printable(name) == name
        assert len(name.encode()) <= MAX_FILE_NAME_BYTES


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Text/HTML; charset=utf-8", "text/html"),
        ("", "application/octet-stream"),
        (";", "application/octet-stream"),
    ],
)
def test_a_media_type_stands_without_parameters(header: str, expected: str) -> None:
    assert parse_media_type(header) == expected
