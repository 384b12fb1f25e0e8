"""Which passwords are too weak. Length is the body's business; here it is about guesses."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from shared.errors import ValidationFailed

_FEWEST_GUESSES = 10_000
_MOST_ALIKE = 0.7
_JUDGED = 72  # characters: the estimate's time grows with the square of its input


def check_strength(password: str, *, names: Sequence[str], field: str) -> None:
    """Raises ValidationFailed naming `field` for a common password, or one like the user's own names."""
    if problems := weaknesses(password, names):
        raise ValidationFailed(details={field: problems})


def weaknesses(password: str, names: Sequence[str]) -> list[str]:
    """Sentences on what is wrong, none for a good password. CPU-bound, a few milliseconds."""
    problems = []
    if any(_alike(password, name) for name in names):
        problems.append("The password is too much like the e-mail address or the user name")
    if _is_common(password, names):
        problems.append("The password is too common")
    return problems


def _alike(password: str, name: str) -> bool:
    """As Django's UserAttributeSimilarityValidator judges: the whole name, and each of its parts."""
    given = password.casefold()
    parts = {name.casefold(), *re.split(r"\W+", name.casefold())}
    return any(len(part) > 2 and _ratio(given, part) >= _MOST_ALIKE for part in parts)


def _ratio(password: str, part: str) -> float:
    if len(password) >= 10 * len(part):
        return 0.0
    return SequenceMatcher(a=password, b=part).ratio()


def _is_common(password: str, names: Sequence[str]) -> bool:
    """By zxcvbn's estimate (Wheeler, USENIX Security 2016): it knows lists, keyboards, dates, repetition."""
    from zxcvbn import zxcvbn

    estimate = zxcvbn(password[:_JUDGED], user_inputs=[part for name in names for part in _parts(name)])
    return bool(estimate["guesses"] < _FEWEST_GUESSES)


def _parts(name: str) -> list[str]:
    return [name, *(part for part in re.split(r"\W+", name) if len(part) > 2)]
