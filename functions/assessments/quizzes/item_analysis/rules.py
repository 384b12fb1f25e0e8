"""Classical item analysis: the sums of attempts, and the facility and discrimination they yield."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from functions.assessments.quizzes.item_analysis.models import Flag, ItemSums

SCALE = 1000
MIN_FLAGGED_ANSWERS = 10  # with fewer, a single answer would weigh too much
POOR_DISCRIMINATION = 0.15
TOO_EASY = 0.95
TOO_HARD = 0.2


@dataclass(frozen=True)
class ItemScore:
    """The score of one question of an attempt; `possible` is more than 0."""

    question: str
    earned: float
    possible: float
    chosen: tuple[str, ...] = ()


def compute_sums(attempt: Sequence[ItemScore]) -> dict[str, ItemSums]:
    """Return, by question, what the attempt adds to the sums."""
    earned = sum(item.earned for item in attempt)
    possible = sum(item.possible for item in attempt)
    added: dict[str, ItemSums] = {}
    for item in attempt:
        score = _scale(item.earned, item.possible)
        chosen = dict.fromkeys(item.chosen, 1)
        sums = ItemSums(answers=1, score=score, chosen=chosen)
        if len(attempt) > 1:
            rest = _scale(earned - item.earned, possible - item.possible)
            sums = sums.model_copy(
                update={
                    "pairs": 1,
                    "pair_score": score,
                    "pair_score_squares": score * score,
                    "rest": rest,
                    "rest_squares": rest * rest,
                    "products": score * rest,
                }
            )
        added[item.question] = sums
    return added


def add_sums(first: ItemSums, second: ItemSums) -> ItemSums:
    """Return the sums over the attempts of both."""
    numbers = {name: value + getattr(second, name) for name, value in first if isinstance(value, int)}
    chosen = Counter(first.chosen)
    chosen.update(second.chosen)
    return ItemSums(**numbers, chosen=dict(chosen))


def compute_facility(sums: ItemSums) -> float | None:
    """Return the mean share of the points, 0 to 1."""
    return sums.score / (sums.answers * SCALE) if sums.answers else None


def compute_discrimination(sums: ItemSums) -> float | None:
    """Return the correlation of the question's score with the score on the rest of its attempt, -1 to 1.

    None if either never varies.
    """
    n = sums.pairs
    item_spread = n * sums.pair_score_squares - sums.pair_score**2
    rest_spread = n * sums.rest_squares - sums.rest**2
    if item_spread <= 0 or rest_spread <= 0:
        return None
    covariance = n * sums.products - sums.pair_score * sums.rest
    return max(-1.0, min(1.0, covariance / math.sqrt(item_spread * rest_spread)))


def find_flags(sums: ItemSums) -> tuple[Flag, ...]:
    """Return the reasons to review the question."""
    facility, discrimination = compute_facility(sums), compute_discrimination(sums)
    if facility is None or sums.answers < MIN_FLAGGED_ANSWERS:
        return ()
    flags: list[Flag] = []
    enough_pairs = sums.pairs >= MIN_FLAGGED_ANSWERS
    if discrimination is not None and enough_pairs and discrimination < POOR_DISCRIMINATION:
        flags.append("negative_discrimination" if discrimination < 0 else "poor_discrimination")
    if facility > TOO_EASY:
        flags.append("too_easy")
    if facility < TOO_HARD:
        flags.append("too_hard")
    return tuple(flags)


def _scale(earned: float, possible: float) -> int:
    return round(SCALE * min(1.0, max(0.0, earned / possible)))
