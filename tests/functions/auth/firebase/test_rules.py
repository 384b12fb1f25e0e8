import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.auth.firebase.rules import generate_username, split_name
from functions.auth.users.names import is_username
from shared.text.invisible import keep_printable


@pytest.mark.parametrize(
    ("full_name", "first", "last"),
    [
        ("Ada Lovelace", "Ada", "Lovelace"),
        ("Ada King Lovelace", "Ada", "King Lovelace"),
        ("  Ada\n ", "Ada", ""),
        ("", "", ""),
        ("علی\u200cرضا نوری", "علی\u200cرضا", "نوری"),
        ("Ada\u202e\u200bKing", "Ada", "King"),
    ],
)
def test_the_first_word_is_the_first_name(full_name: str, first: str, last: str) -> None:
    assert split_name(full_name) == (first, last)


@given(st.text(max_size=300))
def test_names_are_short_and_printable(full_name: str) -> None:
    for name in split_name(full_name):
        assert len(name) <= 100
        assert keep_printable(name) == name
        assert name == name.strip()


@given(st.uuids())
def test_a_generated_name_could_have_been_chosen(fresh: uuid.UUID) -> None:
    assert is_username(generate_username(str(fresh)))
