"""Merging of concept names."""

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
def test_nearly_equal_names_are_merged(known: str, proposed: str) -> None:
    assert merge_names((known,), [proposed], limit=9) == ((known,), {proposed: known})


@pytest.mark.parametrize(("one", "other"), [("mitosis", "meiosis"), ("osmosis", "mitosis"), ("DNA", "RNA")])
def test_names_of_other_concepts_are_not_merged(one: str, other: str) -> None:
    assert merge_names((one,), [other], limit=9)[0] == (one, other)


def test_the_first_name_of_a_batch_is_canonical() -> None:
    names, canonical = merge_names((), ["Power rule", "power rules", ""], limit=9)
    assert names == ("Power rule",)
    assert canonical == {"Power rule": "Power rule", "power rules": "Power rule", "": ""}


def test_the_number_of_names_is_limited() -> None:
    names, canonical = merge_names(("a1", "b2"), ["something else"], limit=2)
    assert (names, canonical) == (("a1", "b2"), {"something else": ""})


@given(st.lists(st.text(max_size=20), max_size=12), st.lists(st.text(max_size=20), max_size=12))
def test_merging_again_changes_nothing(first: list[str], second: list[str]) -> None:
    names, _ = merge_names((), first, limit=20)
    more, canonical = merge_names(names, second, limit=20)
    assert more[: len(names)] == names
    assert set(canonical.values()) <= {"", *more}
    assert merge_names(more, [*first, *second], limit=20)[0] == more
