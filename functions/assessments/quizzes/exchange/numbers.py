"""Numbers as files of questions write them."""

import math

from functions.assessments.quizzes.exchange.errors import UnusableContent


def parse_number(text: str) -> float:
    """Return the finite number. Raises UnusableContent."""
    try:
        number = float(text)
    except ValueError:
        raise UnusableContent(f"Not a number: {text.strip()[:40]!r}") from None
    if not math.isfinite(number):
        raise UnusableContent("A number is out of range")
    return number
