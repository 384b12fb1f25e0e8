"""Markup that could act, and its removal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.generation.gate.markup import (
    clean_text,
    find_addresses,
    has_deceptive_characters,
    has_images,
    is_unsafe,
)


@pytest.mark.parametrize(
    "text",
    [
        "<script>x</script>",
        "<ScRiPt src=//e>",
        "<svg/onload=x>",
        "<p onclick=x>hi</p>",
        "[x](javascript:alert(1))",
        "[x]( javascript :alert(1))",
        "&lt;script&gt;",
        "＜script＞",
        "<iframe",
        "<a href='https://e'>x</a>",
        "<!-- hidden -->",
        "data:text/html;base64,xxx",
    ],
)
def test_active_markup_is_unsafe(text: str) -> None:
    assert is_unsafe(text)


@pytest.mark.parametrize(
    "text",
    [
        "a < b and b > c",
        "vector<int> v",
        "JavaScript: a language",
        "What does <p> mark?",
        "x <- 3",
        "List<String>",
    ],
)
def test_comparisons_types_and_bare_tags_are_safe(text: str) -> None:
    assert not is_unsafe(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See ![pixel](https://t.example/p.png) here", "See pixel here"),
        ('A [link](https://e.example/a_(b) "t") ends', "A link ends"),
        ("<https://e.example>", "https://e.example"),
        ("items[0](x) stays", "items[0](x) stays"),
        ("  a \t b \n\n\n c\u200b ", "a b\nc"),
    ],
)
def test_cleaning_keeps_the_words(text: str, expected: str) -> None:
    assert clean_text(text) == expected


@given(st.text())
def test_cleaning_again_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(clean_text(text))) == clean_text(clean_text(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://Evil.example/x?q=1.", {"evil.example/x?q=1"}),
        ("[x](//evil.example/y) or <www.evil.example>", {"evil.example/y", "www.evil.example"}),
        ("Mail to eve@evil.example, or evil.com/pay!", {"eve@evil.example", "evil.com/pay"}),
        ("In Python 7//2 is 3, @app.route decorates, os.path joins, e.g. at 3.7 m/s.", set()),
    ],
)
def test_addresses_are_found_in_any_notation(text: str, expected: set[str]) -> None:
    assert find_addresses(text) == expected


@pytest.mark.parametrize("part", ["a.", "a", "a-", "<a ", "1.", "![", "x@", "[", "a://", "//a."])
def test_long_repetitive_text_is_searched_at_once(part: str) -> None:
    text = part * (20_000 // len(part))
    find_addresses(text)
    assert not has_deceptive_characters(text)
    assert not has_images(text[:2400])
