"""Words and completeness."""

from functions.assessments.generation.gate.wording import (
    extract_stems,
    is_complete_answer,
    is_complete_question,
)


def test_complete_sentences_and_short_answers_are_complete() -> None:
    assert is_complete_question("Define the term osmosis.")
    assert is_complete_question("光合作用是什么？")
    assert not is_complete_question("What is (a list?")
    assert is_complete_answer("42")
    assert is_complete_answer("The preposition “of”")
    assert not is_complete_answer("Water, salt and")


def test_words_are_stemmed_alike() -> None:
    assert extract_stems("The cities’ loops") == extract_stems("city loop")
    assert extract_stems("three runs") == extract_stems("3 running")
    assert extract_stems("the production") != extract_stems("the products")
