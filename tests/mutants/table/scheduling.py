"""Faults of the schedules of cards, and of the days on which they are due."""

from tests.mutants.mutation import Mutation

_CARDS = "functions/assessments/flashcards"
_LOAD, _PLACING = f"{_CARDS}/scheduling/load.py", f"{_CARDS}/scheduling/placing.py"
_SM2, _FSRS = f"{_CARDS}/scheduling/sm2.py", f"{_CARDS}/scheduling/fsrs.py"
_POLICY, _MODELS = f"{_CARDS}/scheduling/policy.py", f"{_CARDS}/scheduling/models.py"
_RULES, _SIBLINGS = f"{_CARDS}/reviews/rules.py", f"{_CARDS}/reviews/siblings.py"

_T = "tests/functions/assessments/flashcards"
_PLACES = [f"{_T}/scheduling/test_placing.py"]
_LOADS = [f"{_T}/scheduling/test_load.py"]
_SM2_TESTS, _FSRS_TESTS = [f"{_T}/scheduling/test_sm2.py"], [f"{_T}/scheduling/test_fsrs.py"]
_SWITCHING = [f"{_T}/scheduling/test_switching.py"]
_REVIEWS = [f"{_T}/reviews/test_rules.py", f"{_T}/reviews/test_reviewing.py"]
_LEECHES, _NOTES = [f"{_T}/reviews/test_leeches.py"], [f"{_T}/reviews/test_siblings.py"]

MUTATIONS = [
    Mutation(
        _LOAD,
        "self._due[day.isoformat()] - (day == own)",
        "self._due[day.isoformat()]",
        "a card is in its own way: it leaves a day for being due on it",
        _LOADS,
    ),
    Mutation(
        _LOAD,
        'card.due_on if card.status == "active" else None',
        "card.due_on",
        "a card that is suspended is taken off the load of others",
        _LOADS,
    ),
    Mutation(
        _LOAD,
        "self.move(after, before)",
        "self.move(before, after)",
        "a transaction that is tried again counts its moves twice",
        _LOADS,
    ),
    Mutation(
        _PLACING,
        "self.load(day) < self.limit_on(day)",
        "self.load(day) <= self.limit_on(day)",
        "a day has one card more than the user wants",
        _PLACES,
    ),
    Mutation(
        _PLACING,
        '{"reduced": 0.5, "minimum": 0.1}',
        '{"reduced": 0.1, "minimum": 0.5}',
        "a day of least work has more cards than a reduced one",
        _PLACES,
    ),
    Mutation(
        _PLACING,
        "return day in wish.siblings, days.fullness(day)",
        "return days.fullness(day), day in wish.siblings",
        "cards of one note meet on the emptiest day",
        _PLACES,
    ),
    Mutation(
        _PLACING,
        "abs((day - wish.exact).days)",
        "0",
        "a card moves though all days are alike",
        _PLACES,
    ),
    Mutation(
        _PLACING,
        "later == wish.seed % 2",
        "later",
        "cards come too early rather than too late",
        _PLACES,
    ),
    Mutation(
        _PLACING,
        "    if not wish.passed:\n",
        "    if False:\n",
        "a card that was not known waits for as long as the days are full",
        _PLACES,
    ),
    Mutation(
        _PLACING,
        "max(2, round(interval_days - delta))",
        "interval_days",
        "no card comes earlier, so that the days after heavy ones fill",
        _PLACES,
    ),
    Mutation(
        _PLACING,
        "max(self.load(day), quiet)",
        "self.load(day)",
        "a few cards spread where nobody needs it",
        _PLACES,
    ),
    Mutation(
        _PLACING,
        "max(most, ends - _WEEK) + 1",
        "max(most, ends - _WEEK) + 2",
        "the first day after the window is never used",
        _PLACES,
    ),
    Mutation(
        _SM2,
        "_MIN_EASE = 1.3",
        "_MIN_EASE = 1.2",
        "the ease falls below what SM-2 has",
        _SM2_TESTS,
    ),
    Mutation(
        _SM2,
        "return Memory(memory.ease_factor, 1, 0)",
        "return Memory(memory.ease_factor, 1, memory.repetitions)",
        "a card that was forgotten does not start again",
        _SM2_TESTS,
    ),
    Mutation(
        _SM2,
        "math.ceil(round(grown, _NOISE_DIGITS))",
        "math.ceil(grown)",
        "six days of an ease of 2.0 are thirteen",
        _SM2_TESTS,
    ),
    Mutation(
        _SM2,
        "math.ceil(round(grown, _NOISE_DIGITS))",
        "round(grown)",
        "fractions of an interval are not rounded up",
        _SM2_TESTS,
    ),
    Mutation(
        _SM2,
        "    if days == 0:\n        return max(1, interval_days)\n",
        "",
        "reviewing a card ten times on a day puts it off for years",
        _SM2_TESTS,
    ),
    Mutation(
        _SM2,
        "if earned >= interval_days else",
        "if True else",
        "an early answer earns as much as one on its day",
        _SM2_TESTS,
    ),
    Mutation(
        _FSRS,
        "growth *= w[15]",
        "growth *= w[16]",
        "hard is taken for easy",
        _FSRS_TESTS,
    ),
    Mutation(
        _FSRS,
        "min(left, stability / self._same_day_loss)",
        "left",
        "a forgotten card may be held for more stable than before",
        _FSRS_TESTS,
    ),
    Mutation(
        _FSRS,
        "1 - _SM2_RETENTION",
        "_SM2_RETENTION",
        "a card that SM-2 had starts FSRS at a wrong difficulty",
        _FSRS_TESTS,
    ),
    Mutation(
        _FSRS,
        "max(round(days), 1)",
        "round(days)",
        "a card is due again on its day",
        [*_FSRS_TESTS, *_SWITCHING],
    ),
    Mutation(
        _POLICY,
        "scheduler=review.scheduler, desired_retention",
        "desired_retention",
        "a late review gives the ones after it another scheduler",
        _SWITCHING,
    ),
    Mutation(
        _MODELS,
        "PASSING = 3",
        "PASSING = 2",
        "an answer that was wrong counts as passed",
        _SM2_TESTS,
    ),
    Mutation(
        _MODELS,
        "return max(0, days.days)",
        "return days.days",
        "a journey to the west makes days negative",
        [*_SM2_TESTS, *_SWITCHING, *_REVIEWS],
    ),
    Mutation(
        _RULES,
        "sorted(answers, key=lambda each: each.position)",
        "answers",
        "reviews count in the order in which they arrive",
        _REVIEWS,
    ),
    Mutation(
        _RULES,
        "answer.position > (schedule",
        "answer.position != (schedule",
        "a review that comes late passes for the latest",
        _REVIEWS,
    ),
    Mutation(
        _RULES,
        '"total_reviews": schedule.total_reviews + 1',
        '"total_reviews": schedule.total_reviews + answer.successful',
        "failed reviews are not counted",
        _REVIEWS,
    ),
    Mutation(
        _RULES,
        "return reviewed_at > now + MAX_CLOCK_LEAD",
        "return False",
        "a review of next year is taken",
        _REVIEWS,
    ),
    Mutation(
        _RULES,
        " or card.suspended_by != review.id",
        "",
        "undoing a review resumes a card that the user has suspended",
        _LEECHES,
    ),
    Mutation(
        _RULES,
        'if card.status != "active" or stage',
        "if stage",
        "a suspended card that fails again is suspended by that",
        _LEECHES,
    ),
    Mutation(
        _SIBLINGS,
        "if card.due_on <= day]",
        "if card.due_on < day]",
        "a sibling that is due today stays",
        _NOTES,
    ),
    Mutation(
        _SIBLINGS,
        'each.id != card.id and each.status == "active"',
        "each.id != card.id",
        "suspended siblings are moved",
        _NOTES,
    ),
]
