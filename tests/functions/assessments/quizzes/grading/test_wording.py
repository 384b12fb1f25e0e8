"""Tests of matching short answers."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.quizzes.grading.tokens import split_answer
from functions.assessments.quizzes.grading.wording import matches_any


def read_rows(name: str) -> list[list[str]]:
    """Read the rows of a table beside this file; those with # are comments."""
    lines = (Path(__file__).parent / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("# ")]


def test_other_answers_are_never_taken_for_slips() -> None:
    rows = read_rows("other_answers.tsv")
    pairs = [pair for _, one, other in rows for pair in ((one, other), (other, one))]
    assert len(pairs) > 1500
    assert [(accepted, typed) for accepted, typed in pairs if matches_any(typed, [accepted])] == []


def test_real_misspellings_and_spellings_are_forgiven() -> None:
    rows = read_rows("slips.tsv")
    assert len(rows) > 250
    assert [(accepted, typed) for accepted, typed in rows if not matches_any(typed, [accepted])] == []


@pytest.mark.parametrize(
    ("given_text", "accepted"),
    [
        ("  The MITOCHONDRION. ", "mitochondrion"),
        ("naive Bayes", "Naïve Bayes"),
        ("“cell-wall”", "cell wall"),
        ("ﬁnch", "finch"),
        ("Straße", "strasse"),
        ("l'eau", "leau"),
        ("deoxyribonucleik acid", "deoxyribonucleic acid"),
        ("deoxiribonucleic acidd", "deoxyribonucleic acidd"),
        ("mitocondria and chloroplsts", "mitochondria and chloroplasts"),  # two in a long answer
        ("protiens membrne", "proteins membrane"),  # sixteen letters
        ("an", "an"),
        ("A", "a"),
        ("3.14", "3.14"),
        ("–5", "-5"),
        ("١٩٤٥", "1945"),
        ("Ⅱ", "II"),
        ("SO4 2-", "SO₄²⁻"),
        ("3 x 10^8", "3×10⁸"),
        ("a \u200bpoint", "point"),
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
        ("deoxyribonucleic acd", "deoxyribonucleic acid"),  # a short word
        ("cat", "cut"),
        ("inorganic", "organic"),  # the first letter must be right
        ("photosinthisys", "photosynthesis"),  # two slips in a word
        ("mitocondria chloroplsts ribosomess", "mitochondria chloroplasts ribosomes"),  # in three words
        ("protien membrne", "protein membrane"),  # two slips in fifteen letters
        ("version 12 of it", "version 13 of it"),
        ("chapter 1.25 again", "chapter 12.5 again"),
    ],
)
def test_significant_differences_are_not_ignored(given_text: str, accepted: str) -> None:
    assert not matches_any(given_text, [accepted])


def test_a_term_that_the_learner_was_asked_to_tell_apart_is_no_slip() -> None:
    assert matches_any("glykolysis", ["glycolysis"])
    assert not matches_any("glykolysis", ["glycolysis"], is_term={"glykolysis"}.__contains__)


@given(st.text(max_size=60))
def test_every_answer_matches_itself_unless_it_has_no_words(text: str) -> None:
    assert matches_any(text, [text]) is bool(split_answer(text))
