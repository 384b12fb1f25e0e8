from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.courses.courses.rules import (
    build_search_term,
    build_search_terms,
    ends_before_start,
    is_language,
)


@pytest.mark.parametrize(
    "text", ["English", "en", "pt-BR", "zh-Hant-TW", "português", "Norwegian (Bokmål)", "中文", "हिन्दी"]
)
def test_names_and_tags_are_languages(text: str) -> None:
    assert is_language(text)


@pytest.mark.parametrize("text", ["", "1", "123", "!!", "en_US!", "<b>", "e", "English; DROP", "-en"])
def test_other_text_is_no_language(text: str) -> None:
    assert not is_language(text)


def test_a_course_may_end_on_the_day_it_starts() -> None:
    day = date(2024, 1, 20)
    assert not ends_before_start(day, day)
    assert ends_before_start(day, date(2024, 1, 19))
    assert not ends_before_start(None, day)
    assert not ends_before_start(day, None)


@pytest.mark.parametrize(
    "text", ["a", "adv", "Advanced", "CALC", "advanced calc", "Übung", "ubung", "math 401", "MATH-401", "401"]
)
def test_a_search_finds_words_that_follow_each_other(text: str) -> None:
    assert build_search_term(text) in build_search_terms("Advanced Calculus Übungen", "MATH-401")


@pytest.mark.parametrize("text", ["alculus", "calculus advanced", "physics"])
def test_a_search_does_not_find_the_rest(text: str) -> None:
    assert build_search_term(text) not in build_search_terms("Advanced Calculus", "MATH-401")


@given(st.text(max_size=200), st.text(max_size=50))
def test_terms_are_bounded_and_the_beginning_of_a_text_finds_it(name: str, code: str) -> None:
    terms = build_search_terms(name, code)
    assert len(terms) <= 400
    assert all(0 < len(term) <= 40 for term in terms)
    first = build_search_term(name)[:1]
    assert not first or first in terms
