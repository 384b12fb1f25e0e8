"""Similarity of cards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.generation.gate.similarity import (
    KnownItems,
    is_duplicate,
    select_reversing,
    take_fingerprint,
)
from functions.assessments.generation.gate.wording import extract_stems

GAS = "It is a gas that plants absorb from the air to make sugar."


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("What is a function?", "A block of code."), ("What are functions?", "Reusable blocks.")),
        (("What is the capital of France?", "Paris"), ("Name the capital city of France.", "Paris")),
        (("Who wrote Hamlet?", "Shakespeare"), ("Who is the author of Hamlet?", "William Shakespeare's")),
        (("What is photosynthesis?", GAS), ("What is photosinthesis?", GAS)),
        (("What is carbon dioxide?", GAS), ("How would you explain carbon dioxide?", GAS)),
        (
            ("What is a tuple?", "An ordered immutable sequence of values in Python."),
            ("An ordered immutable sequence of values in Python is a {{c1::tuple}}.", "tuple"),
        ),
        (("…?", "a"), ("…?", "b")),
    ],
)
def test_a_card_in_other_words_is_a_duplicate(first: tuple[str, str], second: tuple[str, str]) -> None:
    assert is_duplicate(take_fingerprint(*first), take_fingerprint(*second))
    assert KnownItems([first]).has(take_fingerprint(*second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("What is the capital of France?", "Paris"), ("What is the capital of Spain?", "Madrid")),
        (("Who wrote Hamlet?", "Shakespeare"), ("Who wrote Macbeth?", "Shakespeare")),
        (("When did the war begin?", "In 1914."), ("Why did the war begin?", "Because of alliances.")),
        (("What happened in 1914?", "War"), ("What happened in 1918?", "War")),
        (("Is 7 a prime number?", "Yes"), ("Is 9 a prime number?", "Yes")),
        (("Does A cause B?", "Sometimes"), ("Does B cause A?", "Never at all")),
        (
            ("What is a mutable object?", "An object that can be modified after creation."),
            ("What is an immutable object?", "An object that cannot be modified after creation."),
        ),
        (("What is a function?", "A block of code."), ("What does a function do?", "It performs a task.")),
        (("What is a loop?", "Repeated code."), ("What is a loop used for?", "To repeat statements.")),
    ],
)
def test_similar_cards_on_different_facts_are_not_duplicates(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    assert not is_duplicate(take_fingerprint(*first), take_fingerprint(*second))


def test_a_duplicate_is_found_among_thousands_of_cards() -> None:
    known = KnownItems((f"What is the boiling point of element {n}?", f"{n} degrees") for n in range(2_000))
    assert known.has(take_fingerprint("What is the boiling point of element 77?", "77 degrees"))
    assert not known.has(take_fingerprint("Who wrote Hamlet?", "Shakespeare"))


@pytest.mark.parametrize("word", ["not", "before", "after", "more", "less", "without", "doesn't"])
def test_words_that_reverse_a_statement_are_known_by_their_stems(word: str) -> None:
    assert select_reversing(extract_stems(f"cells divide {word} mitosis")) == {*extract_stems(word)}


texts = st.one_of(
    st.text(max_size=60), st.sampled_from(["What is osmosis?", "Water", "{{c1::Osmosis}} is", f"{GAS} {GAS}"])
)


@given(texts, texts)
def test_similarity_does_not_depend_on_the_order(one: str, other: str) -> None:
    first, second = take_fingerprint(one, other), take_fingerprint(other, one)
    assert is_duplicate(first, second) == is_duplicate(second, first)
