"""Strength of passwords against guessing. The length is checked with the body."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from shared.errors import ValidationFailed
from shared.language import say

_MIN_GUESSES = 10_000
_MAX_SIMILARITY = 0.7
_SIMILAR = say(
    "The password is too similar to your e-mail address or user name; choose another", code="too_similar"
)
_COMMON = say("The password is too easy to guess; choose a longer or less common one", code="too_common")
_MAX_JUDGED_CHARS = 72  # the estimate's time grows with the square of its input


def check_strength(password: str, *, names: Sequence[str], field: str) -> None:
    """Refuse a common password or one like the user's names. Raises ValidationFailed for `field`."""
    if problems := find_weaknesses(password, names):
        raise ValidationFailed(details={field: problems})


def find_weaknesses(password: str, names: Sequence[str]) -> list[str]:
    """List the problems of a password as sentences. CPU-bound, a few milliseconds."""
    problems: list[str] = []
    if any(_is_alike(password, name) for name in names):
        problems.append(_SIMILAR)
    if _is_common(password, names):
        problems.append(_COMMON)
    return problems


def _is_alike(password: str, name: str) -> bool:
    """Compare with the name and each of its parts, as Django's UserAttributeSimilarityValidator does."""
    folded = password.casefold()
    parts = {name.casefold(), *re.split(r"\W+", name.casefold())}
    return any(len(part) > 2 and _compute_similarity(folded, part) >= _MAX_SIMILARITY for part in parts)


def _compute_similarity(password: str, part: str) -> float:
    if len(password) >= 10 * len(part):
        return 0.0
    return SequenceMatcher(a=password, b=part).ratio()


def _is_common(password: str, names: Sequence[str]) -> bool:
    """Judge by zxcvbn's estimate of guesses (Wheeler, USENIX Security 2016)."""
    from zxcvbn import zxcvbn

    estimate = zxcvbn(
        password[:_MAX_JUDGED_CHARS], user_inputs=[part for name in names for part in _split_name(name)]
    )
    return bool(estimate["guesses"] < _MIN_GUESSES)


def _split_name(name: str) -> list[str]:
    return [name, *(part for part in re.split(r"\W+", name) if len(part) > 2)]
