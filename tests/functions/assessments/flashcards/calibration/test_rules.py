"""Fitting of weights, their scores, and the choice between them."""

import math
from datetime import timedelta

import fsrs_rs_python
import pytest
from fsrs.scheduler import DEFAULT_PARAMETERS, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.flashcards.calibration.comparison import (
    NO_BETTER,
    NOT_FITTED,
    TOO_FEW,
    TOO_FEW_HELD_OUT,
    ReviewLog,
)
from functions.assessments.flashcards.calibration.comparison import calibrate as fit_to
from functions.assessments.flashcards.calibration.comparison import compare_schedulers as compare
from functions.assessments.flashcards.calibration.history import Answered, group_histories
from functions.assessments.flashcards.calibration.prediction import (
    _bound_weights,
    _build_item,
    fit_weights,
    predict_by_fsrs,
    predict_by_sm2,
)
from functions.assessments.flashcards.calibration.rules import (
    PredictableReview,
    choose_weights,
    compute_score,
    find_predictable,
    list_predictable,
    split_by_time,
)
from functions.assessments.flashcards.scheduling.fitting import is_fit_due
from functions.assessments.flashcards.scheduling.fsrs import Model, Rating
from tests.functions.assessments.flashcards.calibration.logs import FORGETFUL, START, log_of


def history(*steps: tuple[int, int], card: str = "c") -> list[Answered]:
    """Of (days since the last, quality)."""
    answers, at = [], START
    for place, (days, quality) in enumerate(steps):
        at += timedelta(days=days, minutes=1)
        answers.append(Answered(card, at, at.date(), quality, first=not place))
    return answers


def reviews(*pairs: tuple[float, bool], bins: int = 1) -> list[tuple[float, PredictableReview]]:
    return [
        (expected, PredictableReview(START, known, (float(place % bins), 0, 0)))
        for place, (expected, known) in enumerate(pairs)
    ]


@pytest.mark.parametrize(
    ("there", "fitted_at", "due"),
    [(999, 0, False), (1000, 0, True), (1499, 1000, False), (1500, 1000, True), (900, 100, False)],
)
def test_a_fit_is_due_from_a_thousand_reviews_and_after_each_growth_by_half(
    there: int, fitted_at: int, due: bool
) -> None:
    assert is_fit_due(there, fitted_at) == due


def test_only_whole_histories_count_with_the_days_between_their_answers() -> None:
    whole = history((0, 4), (3, 4), (0, 1), (5, 4))
    cut = [answer._replace(card="d", first=False) for answer in whole]
    (found,) = group_histories([*whole, *cut])
    assert [answer.days for answer in found] == [0, 3, 0, 5]
    assert find_predictable(found) == [1, 3]


def test_a_clock_set_back_gives_no_negative_days() -> None:
    late = history((0, 4), (3, 4))
    ((first, second),) = group_histories([late[0], late[1]._replace(day=late[0].day - timedelta(days=2))])
    assert (first.days, second.days) == (0, 0)


def test_sm2_foretells_ninety_percent_when_its_interval_is_over() -> None:
    (found,) = group_histories(history((0, 4), (1, 4), (6, 4), (30, 4)))
    assert predict_by_sm2(found) == pytest.approx([0.9, 0.9, 0.9 ** (30 / 15)])


def test_fsrs_foretells_what_its_memory_says() -> None:
    (found,) = group_histories(history((0, 4), (3, 4), (9, 1), (2, 4)))
    model = Model()
    first = model.start_memory(Rating.GOOD)
    second = model.update_memory(first, 3, Rating.GOOD)
    third = model.update_memory(second, 9, Rating.AGAIN)
    expected = [
        model.predict_recall(first, 3),
        model.predict_recall(second, 9),
        model.predict_recall(third, 2),
    ]
    assert predict_by_fsrs(found, None) == pytest.approx(expected, rel=1e-4)


def test_the_error_over_bins_is_the_librarys_own() -> None:
    log = ReviewLog.of(log_of(2000, weights=FORGETFUL))
    items = [_build_item(card[: place + 1]) for card in log.cards for place in find_predictable(card)]
    own = log.score(lambda card: predict_by_fsrs(card, None))
    theirs = fsrs_rs_python.FSRS(list(DEFAULT_PARAMETERS)).evaluate(items)
    assert own.rmse_bins == pytest.approx(theirs.rmse_bins, rel=0.02)
    assert own.log_loss == pytest.approx(theirs.log_loss, rel=0.02)


def test_scores_by_hand() -> None:
    both = compute_score(reviews((0.8, True), (0.4, False)))
    assert both.log_loss == pytest.approx(-(math.log(0.8) + math.log(0.6)) / 2, abs=1e-6)
    assert both.rmse_bins == pytest.approx(0.1)
    apart = compute_score(reviews((0.8, True), (0.4, False), bins=2))
    assert apart.rmse_bins == pytest.approx(math.sqrt((0.2**2 + 0.4**2) / 2), abs=1e-6)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1), st.integers(1, 4))
def test_scores_are_finite_whatever_was_foretold(pairs: list[tuple[float, bool]], bins: int) -> None:
    found = compute_score(reviews(*pairs, bins=bins))
    assert 0 <= found.rmse_bins <= 1
    assert 0 <= found.log_loss < 20


@given(st.integers(0, 700))
def test_the_newest_fifth_is_held_out(number: int) -> None:
    there = [PredictableReview(START + timedelta(hours=n), known=True, bin=(0, 0, 0)) for n in range(number)]
    parted = split_by_time(there)
    if parted is None:
        assert number < 250
        return
    assert parted.trained + parted.held_out == number
    assert sum(each.at > parted.at for each in there) == parted.held_out == number // 5


def test_newer_weights_must_be_better_not_as_good() -> None:
    assert choose_weights({"default": 0.5, "fitted": 0.5}) == "default"
    assert choose_weights({"default": 0.5, "fitted": 0.4}) == "fitted"
    assert choose_weights({"default": 0.5, "fitted": 0.4, "current": 0.4}) == "current"
    assert choose_weights({"default": 0.3, "fitted": 0.4, "current": 0.35}) == "default"


def test_weights_fitted_to_a_forgetful_student_foretell_better_and_are_kept() -> None:
    done = fit_to(ReviewLog.of(log_of(3000, weights=FORGETFUL)), reviews=3000, current=None, now=START)
    figures = done.calibration
    assert (figures.chosen, figures.held_out, figures.reason) == ("fitted", True, None)
    assert figures.fsrs_fitted is not None
    assert figures.fsrs_default is not None
    assert figures.fsrs_fitted.log_loss < figures.fsrs_default.log_loss - 0.02
    assert figures.fsrs_fitted.rmse_bins < figures.fsrs_default.rmse_bins * 0.7
    assert done.weights is not None
    again = fit_to(
        ReviewLog.of(log_of(3000, weights=FORGETFUL)), reviews=3000, current=done.weights, now=START
    )
    assert (again.calibration.chosen, again.weights) == ("current", done.weights)


@pytest.mark.slow
def test_weights_that_foretell_no_better_than_the_librarys_are_dropped() -> None:
    logs = [ReviewLog.of(log_of(3000, seed=seed)) for seed in range(6)]
    fits = [fit_to(log, reviews=3000, current=FORGETFUL, now=START) for log in logs]
    assert all(calibrate.weights != FORGETFUL for calibrate in fits)
    dropped = [calibrate for calibrate in fits if calibrate.weights is None]
    assert dropped
    assert all(calibrate.calibration.reason == NO_BETTER for calibrate in dropped)
    assert all(calibrate.calibration.fsrs_fitted is not None for calibrate in fits)


def test_too_few_reviews_say_nothing_and_say_so() -> None:
    few = compare(ReviewLog.of(log_of(14)), reviews=14, weights=None, now=START)
    assert (few.predictions, few.sm2, few.fsrs_default, few.reason) == (12, None, None, TOO_FEW)
    some = compare(ReviewLog.of(log_of(70)), reviews=70, weights=None, now=START)
    assert (some.predictions, some.held_out, some.reason) == (60, False, NOT_FITTED)
    assert some.sm2 is not None
    unfit = fit_to(ReviewLog.of(log_of(70)), reviews=1000, current=FORGETFUL, now=START)
    assert (unfit.weights, unfit.calibration.reason) == (FORGETFUL, TOO_FEW_HELD_OUT)
    assert compare(ReviewLog.of([]), reviews=0, weights=None, now=START).predictions == 0


@pytest.mark.parametrize("quality", [0, 3, 5])
def test_odd_logs_give_weights_within_bounds(quality: int) -> None:
    same = [history((0, quality), (1, quality), (30_000, quality), card=f"c{n}") for n in range(300)]
    log = ReviewLog.of([answer for each in same for answer in each])
    weights = fit_weights(log.cards, until=START + timedelta(days=40_000))
    bounds = zip(weights, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    assert all(least <= weight <= most for weight, least, most in bounds)
    assert all(0 <= expected <= 1 for card in log.cards for expected in predict_by_fsrs(card, weights))


def test_what_is_no_set_of_weights_is_refused() -> None:
    for raw in ([1.0] * 20, [math.nan] * 21, [math.inf, *DEFAULT_PARAMETERS[1:]]):
        with pytest.raises(ValueError, match="no weights"):
            _bound_weights(raw)


def test_bins_count_days_reviews_and_lapses() -> None:
    (found,) = group_histories(history((0, 4), (1, 1), (4, 1), (20, 4)))
    assert [each.bin for each in list_predictable(found)] == [(2.48, 4, 0), (8.98, 4, 2), (32.5, 7, 3)]
