"""From what happened in an attempt to sums, and from sums to facility and discrimination."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from functions.assessments.quizzes.item_analysis.models import ItemStats
from functions.assessments.quizzes.item_analysis.schemas import Flag

SCALE = 1000
FEWEST_ANSWERS = 10  # before that no question is flagged: a single answer would weigh too much
POOR_DISCRIMINATION = 0.15
TOO_EASY = 0.95
TOO_HARD = 0.2


@dataclass(frozen=True)
class Scored:
    """How one question of an attempt was answered; `possible` is more than 0."""

    question: str
    earned: float
    possible: float
    chosen: tuple[str, ...] = ()


def additions(attempt: Sequence[Scored]) -> dict[str, ItemStats]:
    """What the attempt adds to the sums of each of its questions."""
    earned = sum(each.earned for each in attempt)
    possible = sum(each.possible for each in attempt)
    added: dict[str, ItemStats] = {}
    for each in attempt:
        score = _share(each.earned, each.possible)
        chosen = dict.fromkeys(each.chosen, 1)
        sums = ItemStats(id=each.question, quiz="", answers=1, score=score, chosen=chosen)
        if len(attempt) > 1:
            rest = _share(earned - each.earned, possible - each.possible)
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
        added[each.question] = sums
    return added


def facility(sums: ItemStats) -> float | None:
    """The mean share of the points, 0 to 1."""
    return sums.score / (sums.answers * SCALE) if sums.answers else None


def discrimination(sums: ItemStats) -> float | None:
    """The correlation of the question's score with the score on the rest of its attempt, -1 to 1; None where
    one of the two is always the same."""
    n = sums.pairs
    of_item = n * sums.pair_score_squares - sums.pair_score**2
    of_rest = n * sums.rest_squares - sums.rest**2
    if of_item <= 0 or of_rest <= 0:
        return None
    together = n * sums.products - sums.pair_score * sums.rest
    return max(-1.0, min(1.0, together / math.sqrt(of_item * of_rest)))


def flags(sums: ItemStats) -> tuple[Flag, ...]:
    """What is to be looked at."""
    mean, tells = facility(sums), discrimination(sums)
    if mean is None or sums.answers < FEWEST_ANSWERS:
        return ()
    found: list[Flag] = []
    if tells is not None and sums.pairs >= FEWEST_ANSWERS and tells < POOR_DISCRIMINATION:
        found.append("negative_discrimination" if tells < 0 else "poor_discrimination")
    if mean > TOO_EASY:
        found.append("too_easy")
    if mean < TOO_HARD:
        found.append("too_hard")
    return tuple(found)


def _share(earned: float, possible: float) -> int:
    return round(SCALE * min(1.0, max(0.0, earned / possible)))
