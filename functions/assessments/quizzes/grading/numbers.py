"""Parsing numbers as learners write them, in all readings that the text has."""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from functions.assessments.quizzes.grading.models import to_fraction
from shared.language import say

MAX_NUMBER_CHARS = 60
_MAX_EXPONENT = 330
_MAX_NUMBER = Fraction(10) ** 308  # about the largest float
_PERCENT = "%"

_AMBIGUOUS = "Can be read as more than one number; write it with one decimal sign, such as 1234.5"
_OTHER_UNIT = "Give the number in {unit}, or without a unit"
_NO_UNIT = "Give the number without a unit"

_SIGNS = str.maketrans(
    dict.fromkeys("−‒–—﹣－⁻", "-")
    | dict.fromkeys("'’ʼ´`", " ")
    | dict.fromkeys("×·⋅∙✕xX", "*")
    | {"⁄": "/", "∕": "/", "÷": "/", "٫": ".", "٬": " ", "،": ",", "٪": "%", "⁺": "+"}
)
_SUPERSCRIPTS = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_FRACTION_CHAR = re.compile(r"(?<=\d)\s*(?=[¼-¾⅐-⅞])")  # 1½ is 1 1/2
_INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff\u061c]")
_PARTS = re.compile(
    r"""
    (?P<sign>[+-]?)\s*
    (?:(?P<mantissa>[\d.,]+(?:\ [\d.,]+)*)
       (?:e(?P<short>[+-]?\d{1,4}) | \s*\*\s*10\s*(?:\^|\*\*)\s*(?P<long>[+-]?\d{1,4}) )?
     | 10\^(?P<power>[+-]?\d{1,4}))
    (?:\s*/\s*(?P<divisor>[\d.,]+(?:\ [\d.,]+)*))?
    """,
    re.VERBOSE,
)
_GROUPED_BY_SPACES = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?")
_GROUPED_BY = {sign: re.compile(rf"\d{{1,3}}(?:{re.escape(sign)}\d{{3}})+") for sign in ",."}
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d*)?")  # lakhs and crores: 1,00,000
_DIGITS_AND_SIGNS = re.compile(r"[+-]?\d+(?:[., ]\d+)+")
_BEGINS_AS_NUMBER = re.compile(r"[+-]?[\d.,]*\d ?(?!e[+-]?\d)[^\d\s.,+*/^-]")
_PLAIN = re.compile(r"\d+(?:[.,]\d*)?|[.,]\d+")


def parse_number(text: str, unit: str = "") -> tuple[Fraction, ...]:
    """Return the readings of the text as a number, none if it is not one.

    Accepted are decimal points and commas; groups of three digits by spaces, apostrophes, commas or points;
    Indian groups; powers of ten (1.2e3, 3×10^8); fractions and mixed numbers (1 1/2); digits of any script;
    percent signs; and `unit` before or after the number. There are two readings where a lone comma or point
    may be a decimal sign or a group's (1,000), and for a percentage (50 % is 50 percent, and 0.5).
    """
    if len(text) > MAX_NUMBER_CHARS:
        return ()
    plain, is_percentage = _drop_unit(_prepare(text), _prepare(unit))
    values = _read(plain)
    if is_percentage:
        values = [each for value in values for each in (value, value / 100)]
    return tuple(dict.fromkeys(values))


def find_number_problem(text: str, unit: str) -> str | None:
    """Return the reason that the text cannot be read as a number, None if it can."""
    if parse_number(text, unit):
        return None
    plain = _prepare(text)
    if _DIGITS_AND_SIGNS.fullmatch(plain) and len(text) <= MAX_NUMBER_CHARS:
        return say(_AMBIGUOUS, code="ambiguous_number")
    if _BEGINS_AS_NUMBER.match(plain):
        return (
            say(_OTHER_UNIT, code="other_unit", unit=unit) if unit else say(_NO_UNIT, code="unit_not_allowed")
        )
    return "Must be a number"


def is_near(readings: Sequence[Fraction], right: float, tolerance: float) -> bool:
    """Return whether a reading differs from the right number by `tolerance` at most, in decimals.

    3.15 is within 0.01 of 3.14, and 1/3 is the key 0.3333333333333333.
    """
    key, allowed = to_fraction(right), to_fraction(tolerance)
    return any(abs(reading - key) <= allowed or float(reading) == right for reading in readings)


def _prepare(text: str) -> str:
    """Return the text in ASCII digits, with one minus, one times sign and one kind of space."""
    raised = _SUPERSCRIPTS.sub(lambda run: f"^{run[0]}", _FRACTION_CHAR.sub(" ", text))
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", raised.translate(_SIGNS))).translate(_SIGNS)
    plain = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in plain)
    return " ".join(plain.split()).replace("E", "e")


def _drop_unit(text: str, unit: str) -> tuple[str, bool]:
    """Return the text without the unit, and whether it is a percentage, which has two readings."""
    bare = unit.replace(" ", "")
    if bare and text.replace(" ", "").endswith(bare):
        kept = len(text.replace(" ", "")) - len(bare)
        return _take(text, kept), False
    if bare and text.startswith(unit):  # $5
        return text.removeprefix(unit).strip(), False
    if text.endswith(_PERCENT):
        return text.removesuffix(_PERCENT).rstrip(), True
    return text, False


def _take(text: str, characters: int) -> str:
    """Return the beginning of the text with so many characters, spaces not counted."""
    for end in range(len(text) + 1):
        if len(text[:end].replace(" ", "")) == characters:
            return text[:end].rstrip()
    return text


def _read(text: str) -> list[Fraction]:
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return []
    sign = -1 if parts["sign"] == "-" else 1
    exponent = int(parts["short"] or parts["long"] or parts["power"] or 0)
    if abs(exponent) > _MAX_EXPONENT:
        return []
    divisors = _read_plain(parts["divisor"]) if parts["divisor"] else [Fraction(1)]
    values = _read_plain(parts["mantissa"]) if parts["mantissa"] else [Fraction(1)]
    quotients = [value / divisor for value in values for divisor in divisors if divisor]
    if parts["divisor"] and parts["mantissa"]:
        quotients += _read_mixed(parts["mantissa"], divisors)
    numbers = [sign * value * Fraction(10) ** exponent for value in quotients]
    return [number for number in numbers if abs(number) <= _MAX_NUMBER]


def _read_mixed(mantissa: str, divisors: Sequence[Fraction]) -> list[Fraction]:
    """Return the readings of a whole number with a proper fraction: 1 1/2."""
    whole, _, numerator = mantissa.rpartition(" ")
    if not (whole and numerator.isdigit()):
        return []
    return [
        value + Fraction(numerator) / divisor
        for value in _read_plain(whole)
        for divisor in divisors
        if Fraction(numerator) < divisor and value.denominator == 1
    ]


def _read_plain(text: str) -> list[Fraction]:
    """Return the readings of digits with decimal and group signs, none where these contradict each other."""
    if _GROUPED_BY_SPACES.fullmatch(text):
        return [_to_fraction(text.replace(" ", "").replace(",", "."))]
    values: list[Fraction] = []
    if _INDIAN.fullmatch(text):
        values.append(_to_fraction(text.replace(",", "")))
    for group, point in ((",", "."), (".", ",")):
        whole, _, decimals = text.partition(point)
        if _GROUPED_BY[group].fullmatch(whole) and group not in decimals and not whole.startswith("0"):
            values.append(_to_fraction(f"{whole.replace(group, '')}.{decimals or 0}"))
    if _PLAIN.fullmatch(text):
        values.append(_to_fraction(text.replace(",", ".")))
    return values


def _to_fraction(text: str) -> Fraction:
    return Fraction(Decimal(text))
