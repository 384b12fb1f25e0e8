"""Tests of parsing numbers."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.quizzes.grading.numbers import find_number_problem, is_near, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42", 42), ("3.14", 3.14), ("3,14", 3.14), (" +7 ", 7), ("−5", -5), ("– 5", -5), ("1.2e3", 1200),
        ("1,2E-3", 0.0012), (".5", 0.5), ("5.", 5), ("1 234 567", 1234567), ("1\u202f234,5", 1234.5),
        ("1'234", 1234), ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("1,234,567", 1234567),
        ("1.234.567", 1234567),
        ("٣", 3), ("٣٫١٤", 3.14), ("١٬٠٠٠", 1000), ("१२३", 123), ("４２", 42), ("1’234.50", 1234.5),
        ("10,00", 10),
        ("1,00,000", 100_000), ("0,125", 0.125), ("1/2", 0.5), ("−1/2", -0.5), ("½", 0.5), ("1½", 1.5),
        ("1 1/2", 1.5), ("3×10^8", 3e8), ("3 × 10⁸", 3e8), ("3x10^8", 3e8), ("3*10**8", 3e8),
        ("-2,5·10⁻³", -0.0025),
        ("10^8", 1e8), ("3e8", 3e8), ("1,000.000", 1000), ("1.000,000", 1000),
    ],
)  # fmt: skip
def test_a_number_is_read_however_it_is_written(text: str, value: float) -> None:
    assert [float(reading) for reading in parse_number(text)] == [value]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,234", [1234, 1.234]), ("1.000", [1000, 1]), ("-1,000", [-1000, -1]), ("50%", [50, 0.5]),
        ("2 100/300", [7, 2 + 1 / 3]), ("1,000e3", [1e6, 1e3]),
    ],
)  # fmt: skip
def test_a_text_that_has_two_readings_gives_both(text: str, values: list[float]) -> None:
    assert sorted(float(reading) for reading in parse_number(text)) == sorted(values)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("5 km", "km"), ("5km", "km"), ("5", "km"), ("5 m / s²", "m/s^2"), ("5 m/s^2", "m/s²"),
        ("5 µm", "μm"),
        ("$5", "$"), ("5 %", "%"),
        ("5 °C", "°C"), ("5°C", "° C"),
    ],
)  # fmt: skip
def test_the_unit_of_the_key_may_be_written(text: str, unit: str) -> None:
    assert parse_number(text, unit) == (Fraction(5),)


@pytest.mark.parametrize(
    ("text", "unit", "problem"),
    [
        ("5 m", "km", "Give the number in km, or without a unit"),
        ("37 °F", "°C", "Give the number in °C, or without a unit"),
        ("9.81 m/s", "m/s²", "Give the number in m/s², or without a unit"),
        ("5 legs", "", "Give the number without a unit"),
        ("1,23,4", "", "Can be read as more than one number; write it with one decimal sign, such as 1234.5"),
        ("12 34", "", "Can be read as more than one number; write it with one decimal sign, such as 1234.5"),
        ("eight", "", "Must be a number"),
        ("2+3", "", "Must be a number"),
        ("1,000", "", None),
    ],
)
def test_what_cannot_be_read_is_asked_for(text: str, unit: str, problem: str | None) -> None:
    assert find_number_problem(text, unit) == problem


@pytest.mark.parametrize(
    "text",
    ["", "   ", "abc", "5 m", "1/0", "/2", "2+3", "1.2.3", "1,2,3", "12 34", "--5", "nan", "inf", "1e9999",
     "1e", "0x10", "1_000", "9" * 61, "1e331"],
)  # fmt: skip
def test_other_texts_are_not_numbers(text: str) -> None:
    assert parse_number(text) == ()


@given(st.text(max_size=70))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert len(parse_number(text)) <= 4


@given(st.floats(-1e12, 1e12, allow_nan=False))
def test_a_number_as_python_writes_it_is_read_back(value: float) -> None:
    assert value in [float(reading) for reading in parse_number(repr(value))]


@pytest.mark.parametrize(
    ("text", "wanted", "tolerance", "right"),
    [
        ("3.15", 3.14, 0.01, True), ("3.151", 3.14, 0.01, False), ("0.3", 0.1 + 0.2, 1e-9, True),
        ("9.81", 9.81, 0, True), ("9.8", 9.81, 0, False), ("-1e300", 1e300, 0, False),
        ("1/3", 1 / 3, 0, True), ("1/3", 0.33, 0, False), ("1,000", 1000, 0, True), ("1,000", 1, 0, True),
        ("1,000", 10, 0, False),
    ],
)  # fmt: skip
def test_the_tolerance_is_decimal(text: str, wanted: float, tolerance: float, right: bool) -> None:
    assert is_near(parse_number(text), wanted, tolerance) is right
