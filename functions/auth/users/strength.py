"""Which passwords are too weak. Length is the body's business; here it is about guesses."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from shared.errors import ValidationFailed

_MIN_GUESSES = 10_000
_MAX_SIMILARITY = 0.7
_MAX_JUDGED_CHARS = 72  # characters: the estimate's time grows with the square of its input


def check_strength(password: str, *, names: Sequence[str], field: str) -> None:
    """Raises ValidationFailed naming `field` for a common password, or one like the user's own names."""
    if problems := find_weaknesses(password, names):
        raise ValidationFailed(details={field: problems})


def find_weaknesses(password: str, names: Sequence[str]) -> list[str]:
    """Sentences on what is wrong, none for a good password. CPU-bound, a few milliseconds."""
    problems = []
    if any(_is_alike(password, name) for name in names):
        problems.append("The password is too much like the e-mail address or the user name")
    if _is_common(password, names):
        problems.append("The password is too common")
    return problems


def _is_alike(password: str, name: str) -> bool:
    """As Django's UserAttributeSimilarityValidator judges: the whole name, and each of its parts."""
    given = password.casefold()
    parts = {name.casefold(), *re.split(r"\W+", name.casefold())}
    return any(len(part) > 2 and _compute_similarity(given, part) >= _MAX_SIMILARITY for part in parts)


def _compute_similarity(password: str, part: str) -> float:
    if len(password) >= 10 * len(part):
        return 0.0
    return SequenceMatcher(a=password, b=part).ratio()


def _is_common(password: str, names: Sequence[str]) -> bool:
    """By zxcvbn's estimate (Wheeler, USENIX Security 2016): it knows lists, keyboards, dates, repetition."""
    from zxcvbn import zxcvbn

    estimate = zxcvbn(
        password[:_MAX_JUDGED_CHARS], user_inputs=[part for name in names for part in _split_name(name)]
    )
    return bool(estimate["guesses"] < _MIN_GUESSES)


def _split_name(name: str) -> list[str]:
    return [name, *(part for part in re.split(r"\W+", name) if len(part) > 2)]
