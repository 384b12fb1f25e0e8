"""Parsing numbers as learners write them."""

import re
import unicodedata
from decimal import Decimal

MAX_NUMBER_CHARS = 60
_MAX_EXPONENT = 330  # beyond any float

_SIGNS = str.maketrans(dict.fromkeys("−‒–—﹣－", "-") | dict.fromkeys("'’", " "))
_GROUPS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,4})?", re.ASCII)


def parse_number(text: str) -> Decimal | None:
    """Return the number that the text is, or None.

    Accepted are 3.14, 3,14, 1.2e3, a Unicode minus, and groups of three digits separated by spaces,
    apostrophes, or that one of comma and point which is not the decimal sign. A single comma or point is the
    decimal sign. Units, percent signs and sums are not accepted.
    """
    if len(text) > MAX_NUMBER_CHARS:
        return None
    plain = unicodedata.normalize("NFKC", text).translate(_SIGNS).strip().lower()
    plain = _normalise_signs(_GROUPS.sub("", re.sub(r"^([+-])\s+", r"\1", plain)))
    if not _PLAIN.fullmatch(plain):
        return None
    value = Decimal(plain)
    return value if not value or abs(value.adjusted()) <= _MAX_EXPONENT else None


def is_near(number: Decimal, right: float, tolerance: float) -> bool:
    """Return whether the two differ by `tolerance` at most, in decimals: 3.15 is within 0.01 of 3.14."""
    return abs(number - Decimal(repr(right))) <= Decimal(repr(tolerance))


def _normalise_signs(text: str) -> str:
    """Use a point as the decimal sign and drop group signs, unless the signs are inconsistent."""
    mantissa, exponent, power = text.partition("e")
    for decimal, group in ((".", ","), (",", ".")):
        whole, _, fraction = mantissa.partition(decimal)
        grouped = re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(group)}\d{{3}})+", whole)
        several = whole.count(group) > 1 or decimal in mantissa
        if grouped and several and group not in fraction:
            mantissa = f"{whole.replace(group, '')}.{fraction}"
            break
    else:
        if mantissa.count(",") == 1 and "." not in mantissa:
            mantissa = mantissa.replace(",", ".")
    return f"{mantissa}{exponent}{power}"
