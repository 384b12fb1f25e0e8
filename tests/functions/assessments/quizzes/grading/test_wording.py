"""Tests of matching short answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.quizzes.grading.wording import matches_any, normalise_answer


@pytest.mark.parametrize(
    ("given_text", "accepted"),
    [
        ("  The MITOCHONDRION. ", "mitochondrion"),
        ("naive Bayes", "Naïve Bayes"),
        ("“cell-wall”", "cell wall"),
        ("ﬁnch", "finch"),
        ("Straße", "strasse"),
        ("l'eau", "leau"),
        ("photosynthisis", "photosynthesis"),  # one letter wrong
        ("photosyntesis", "photosynthesis"),  # one missing
        ("phtoosynthesis", "photosynthesis"),  # two swapped
        ("deoxyribonucleik acd", "deoxyribonucleic acid"),  # two slips in a long answer
        ("an", "an"),
        ("A", "a"),
        ("3.14", "3.14"),
        ("–5", "-5"),
    ],
)
def test_insignificant_differences_are_ignored(given_text: str, accepted: str) -> None:
    assert matches_any(given_text, ["something else", accepted])


@pytest.mark.parametrize(
    ("given_text", "accepted"),
    [
        ("", "anything"),
        ("...", "anything"),
        ("...", "..."),
        ("meiosis", "mitosis"),
        ("cat", "cut"),
        ("hypertension", "hypotension"),
        ("inorganic", "organic"),  # the first letter must be right
        ("photosinthisys", "photosynthesis"),
        ("C", "C#"),
        ("C", "C++"),
        ("314", "3.14"),
        ("5", "-5"),
        ("version 12 of it", "version 13 of it"),
        ("chapter 1.25 again", "chapter 12.5 again"),
    ],
)
def test_significant_differences_are_not_ignored(given_text: str, accepted: str) -> None:
    assert not matches_any(given_text, [accepted])


@given(st.text(max_size=60))
def test_every_answer_matches_itself_unless_it_has_no_words(text: str) -> None:
    assert matches_any(text, [text]) is bool(normalise_answer(text))


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing_but_articles(text: str) -> None:
    once = normalise_answer(text)
    assert once.endswith(normalise_answer(once))
