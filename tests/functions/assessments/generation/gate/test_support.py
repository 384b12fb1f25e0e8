"""Support of statements by their source."""

import pytest

from functions.assessments.generation.gate.support import SourceWords, has_answer, is_context_dependent


def test_support_counts_word_families_and_every_number() -> None:
    words = SourceWords("Photosynthesis converts light. It has two stages and began 3 billion years ago.")
    assert words.support("The photosynthetic conversion of light")
    assert words.support("2 stages")
    assert not words.support("4 stages")
    assert words.support("4 stages", asked="Why are there 4 stages?")
    assert not words.support("The French president signed a treaty.")
    assert words.support("")


def test_support_reads_scripts_without_spaces() -> None:
    words = SourceWords("光合作用将光能转化为化学能。")
    assert words.support("化学能")
    assert not words.support("法国大革命")


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("What is the named block of code called?", "A named block of code", True),
        ("What is a byte?", "Eight bits", False),
        ("How many bits are in a byte?", "8 bits", False),
        ("Is a list or a tuple mutable?", "A list", False),
        ("What is C?", "C", True),
    ],
)
def test_an_answer_in_the_question_is_found(question: str, answer: str, expected: bool) -> None:
    assert has_answer(question, answer) is expected


def test_a_question_that_refers_to_its_source_is_context_dependent() -> None:
    assert is_context_dependent("What does the text above in the passage say?")
    assert not is_context_dependent("What is a passage in music?")
