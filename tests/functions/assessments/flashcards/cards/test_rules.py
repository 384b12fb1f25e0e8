"""Cloze marks, search terms, days."""

from datetime import date, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.flashcards.cards.models import Mastery, Schedule
from functions.assessments.flashcards.cards.rules import (
    assess_mastery,
    find_gap_problem,
    fold_words,
    list_search_terms,
    to_day_start,
    to_local_day,
)

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    "question",
    [
        "{{c1::Paris}} is in France",
        "{{c1::Paris::a city}} and {{c2::Rome}}",
        r"Half is {{c1::\frac{1}{2}}}",
        "{{c1::{{c2::nested}}}}",
        "{{c1:: spaced }}",
        "two\n{{c12::lines\nlong}}",
    ],
)
def test_well_formed_gaps(question: str) -> None:
    assert find_gap_problem(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "no gap", "{{c1::}}", "{{c1:: }}", "{{c1::::hint only}}", "{{c1::open", "{c1::one brace}",
        "{{c1::good}} and {{c2::open", "{{c::no number}}", "{{1::no c}}",
    ],
)  # fmt: skip
def test_gaps_that_are_none(question: str) -> None:
    assert find_gap_problem(question) is not None


@pytest.mark.parametrize(
    ("schedule", "mastery"),
    [
        ({}, "new"),
        ({"total_reviews": 1, "interval_days": 20}, "learning"),
        ({"total_reviews": 1, "interval_days": 21}, "mastered"),
        ({"total_reviews": 9, "lapses": 3, "ease_factor": 2.0}, "learning"),
        ({"total_reviews": 9, "lapses": 4}, "difficult"),
        ({"total_reviews": 9, "ease_factor": 1.99}, "difficult"),
        ({"total_reviews": 9, "ease_factor": 1.3, "lapses": 9, "interval_days": 30}, "mastered"),
    ],
)
def test_how_well_a_card_is_known(schedule: dict[str, float], mastery: Mastery) -> None:
    known = Schedule.model_validate({"scheduled_on": TODAY, **schedule})
    assert assess_mastery(known) == mastery


@given(st.text(max_size=300))
def test_search_terms_are_bounded_and_found_by_any_beginning(text: str) -> None:
    terms = list_search_terms(text)
    assert len(terms) <= 400
    for word in fold_words(text)[:40]:
        assert word[:1] in terms
        assert word[:10] in terms


@given(
    st.dates(date(1975, 1, 1), date(2037, 1, 1)),
    st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})).map(ZoneInfo),
)
def test_a_day_begins_on_its_own_day_or_where_a_zone_left_it_out(day: date, zone: ZoneInfo) -> None:
    begins: datetime = to_day_start(day, zone)
    assert to_local_day(begins, zone) >= day
