"""Tests of parsing numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.quizzes.grading.numbers import is_near, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42", 42), ("3.14", 3.14), ("3,14", 3.14), (" +7 ", 7), ("−5", -5), ("– 5", -5), ("1.2e3", 1200),
        ("1,2E-3", 0.0012), (".5", 0.5), ("5.", 5), ("1 234 567", 1234567), ("1\u202f234,5", 1234.5),
        ("1'234", 1234), ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("1,234,567", 1234567),
        ("1.234.567", 1234567),
        ("1,234", 1.234), ("٣", None), ("４２", 42),
    ],
)  # fmt: skip
def test_a_number_is_read_however_it_is_written(text: str, value: float | None) -> None:
    read = parse_number(text)
    assert (None if read is None else float(read)) == value


@pytest.mark.parametrize(
    "text",
    ["", "   ", "abc", "5 m", "50%", "1/2", "2+3", "1.2.3", "1,2,3", "12 34", "--5", "nan", "inf", "1e9999",
     "1e", "0x10", "1_000", "9" * 61, "1e331"],
)  # fmt: skip
def test_other_texts_are_not_numbers(text: str) -> None:
    assert parse_number(text) is None


@given(st.text(max_size=70))
def test_no_text_breaks_the_reader(text: str) -> None:
    read = parse_number(text)
    assert read is None or read.is_finite()


@given(st.floats(-1e12, 1e12, allow_nan=False))
def test_a_number_as_python_writes_it_is_read_back(value: float) -> None:
    read = parse_number(repr(value))
    assert read is not None
    assert float(read) == value


@pytest.mark.parametrize(
    ("text", "wanted", "tolerance", "right"),
    [
        ("3.15", 3.14, 0.01, True), ("3.151", 3.14, 0.01, False), ("0.3", 0.1 + 0.2, 1e-9, True),
        ("9.81", 9.81, 0, True), ("9.8", 9.81, 0, False), ("-1e300", 1e300, 0, False),
    ],
)  # fmt: skip
def test_the_tolerance_is_decimal(text: str, wanted: float, tolerance: float, right: bool) -> None:
    read = parse_number(text)
    assert read is not None
    assert is_near(read, wanted, tolerance) is right
