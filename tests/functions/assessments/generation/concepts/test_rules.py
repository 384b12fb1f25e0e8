"""Concepts are named once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.generation.concepts.rules import merge_names


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
    assert merge_names((known,), [proposed], limit=9) == ((known,), {proposed: known})


@pytest.mark.parametrize(("one", "other"), [("mitosis", "meiosis"), ("osmosis", "mitosis"), ("DNA", "RNA")])
def test_other_concepts_stay_apart(one: str, other: str) -> None:
    assert merge_names((one,), [other], limit=9)[0] == (one, other)


def test_within_one_batch_the_first_name_stands() -> None:
    names, standing = merge_names((), ["Power rule", "power rules", ""], limit=9)
    assert names == ("Power rule",)
    assert standing == {"Power rule": "Power rule", "power rules": "Power rule", "": ""}


def test_there_are_never_more_than_the_most() -> None:
    names, standing = merge_names(("a1", "b2"), ["something else"], limit=2)
    assert (names, standing) == (("a1", "b2"), {"something else": ""})


@given(st.lists(st.text(max_size=20), max_size=12), st.lists(st.text(max_size=20), max_size=12))
def test_naming_again_changes_nothing(first: list[str], second: list[str]) -> None:
    names, _ = merge_names((), first, limit=20)
    more, standing = merge_names(names, second, limit=20)
    assert more[: len(names)] == names
    assert set(standing.values()) <= {"", *more}
    assert merge_names(more, [*first, *second], limit=20)[0] == more
