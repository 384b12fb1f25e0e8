"""Numbers as learners write them."""

import re
import unicodedata
from decimal import Decimal

LONGEST = 60
_LARGEST_EXPONENT = 330  # beyond any float

_SIGNS = str.maketrans(dict.fromkeys("−‒–—﹣－", "-") | dict.fromkeys("'’", " "))
_GROUPS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,4})?", re.ASCII)


def number(text: str) -> Decimal | None:
    """The number that `text` is, or None.

    Taken are 3.14, 3,14, 1.2e3, a Unicode minus, and groups of three by spaces, apostrophes, or that one of
    comma and point which is not the decimal sign. A lone comma or point is the decimal sign. A unit, a
    percent sign or a sum is no number.
    """
    if len(text) > LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text).translate(_SIGNS).strip().lower()
    plain = _pointed(_GROUPS.sub("", re.sub(r"^([+-])\s+", r"\1", plain)))
    if not _PLAIN.fullmatch(plain):
        return None
    value = Decimal(plain)
    return value if not value or abs(value.adjusted()) <= _LARGEST_EXPONENT else None


def is_near(given: Decimal, wanted: float, tolerance: float) -> bool:
    """Whether the two differ by `tolerance` at most, reckoned in decimals: 3.15 is within 0.01 of 3.14."""
    return abs(given - Decimal(repr(wanted))) <= Decimal(repr(tolerance))


def _pointed(text: str) -> str:
    """With a point as the decimal sign and no other; as it was where its commas and points make no sense."""
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
