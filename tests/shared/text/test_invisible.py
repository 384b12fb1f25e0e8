import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.invisible import is_invisible, keep_printable, strip_invisible


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u200bb\u2060c\ufeff", "abc"),
        ("\u202eabc\u2066", "abc"),
        ("a\U000e0041\U000e0042", "a"),
        ("a\ufe0f\U000e0101", "a"),
        ("a\x00\x1b[31m", "a[31m"),
        ("a\r\nb\rc\u2028d\x0ce", "a\nb\nc\nd\ne"),
        ("a\tb\nc", "a\tb\nc"),
        ("\ud800x", "x"),
        ("\u3164x\u2800", "x"),
        ("\u0600٣", "\u0600٣"),
        ("naïve – “ok”", "naïve – “ok”"),
    ],
)
def test_only_what_can_be_seen_is_left(text: str, expected: str) -> None:
    assert strip_invisible(text) == expected


@given(st.text())
def test_nothing_invisible_survives_and_nothing_visible_is_lost(text: str) -> None:
    stripped = strip_invisible(text)
    assert not any(is_invisible(char) for char in stripped)
    assert strip_invisible(stripped) == stripped


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("ශ්\u200dරී ලංකා", "ශ්\u200dරී ලංකා"),
        ("\u200dab\u200c", "ab"),
        ("a\u200c\u200cb", "ab"),
        ("a \u200cb", "a b"),
        ("a\u202eb\u200bc\x00", "abc"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_a_name_keeps_the_joiners_that_it_is_spelled_with(name: str, expected: str) -> None:
    assert keep_printable(name) == expected
    assert keep_printable(name, blank=" ").replace(" ", "") == expected.replace(" ", "")
