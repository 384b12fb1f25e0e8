"""Concepts are named once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.generation.concepts.rules import named


@pytest.mark.parametrize(
    ("known", "proposed"),
    [
        ("Calvin cycle", "calvin cycle"),
        ("Calvin cycle", "The Calvin cycles"),
        ("Photosynthesis", "photosynthesis"),
        ("Light-dependent reactions", "light dependent reaction"),
        ("Café culture", "cafe culture"),
    ],
)
def test_near_equal_names_are_one(known: str, proposed: str) -> None:
    assert named((known,), [proposed], most=9) == ((known,), {proposed: known})


@pytest.mark.parametrize(("one", "other"), [("mitosis", "meiosis"), ("osmosis", "mitosis"), ("DNA", "RNA")])
def test_other_concepts_stay_apart(one: str, other: str) -> None:
    assert named((one,), [other], most=9)[0] == (one, other)


def test_within_one_batch_the_first_name_stands() -> None:
    names, standing = named((), ["Power rule", "power rules", ""], most=9)
    assert names == ("Power rule",)
    assert standing == {"Power rule": "Power rule", "power rules": "Power rule", "": ""}


def test_there_are_never_more_than_the_most() -> None:
    names, standing = named(("a1", "b2"), ["something else"], most=2)
    assert (names, standing) == (("a1", "b2"), {"something else": ""})


@given(st.lists(st.text(max_size=20), max_size=12), st.lists(st.text(max_size=20), max_size=12))
def test_naming_again_changes_nothing(first: list[str], second: list[str]) -> None:
    names, _ = named((), first, most=20)
    more, standing = named(names, second, most=20)
    assert more[: len(names)] == names
    assert set(standing.values()) <= {"", *more}
    assert named(more, [*first, *second], most=20)[0] == more
