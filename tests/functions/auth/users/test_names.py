"""User names by RFC 8265, in the scripts that people write."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.auth.users.names import fold_name, is_username, prepare_username

NAMES = [
    "हिन्दी", "สมหญิง", "தமிழ்", "محمّد", "Nguyễn", "김철수", "שָׂרָה", "علی\u200cرضا", "क्\u200dषमा", "น้ำฝน", "ລາວດີ",
    "မြန်မာ", "ខ្មែរ", "አማርኛ", "ქართული", "ゲーム", "中・文", "col·lega", "Владимир", "Ἀθῆναι", "İstanbul",
    "محمد123", "محمد_علي", "user_мария", "user@example.com", "a+b-c.d_e", "ｗｉｄｅ", "...",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_letters_with_their_marks_are_names_composed_or_not(name: str) -> None:
    prepared = prepare_username(name)
    for form in ("NFC", "NFD"):
        typed = unicodedata.normalize(form, name)
        assert prepare_username(typed) == prepared
        assert fold_name(typed) == fold_name(prepared.upper()) == fold_name(prepared)


@pytest.mark.parametrize(
    "name",
    [
        "a\u202ebc", "a\u200bbc", "a\u200dbc", "abc\u200c", "abc\u2066", "abc\ufe0f",
        "ab\u00adc", "ab\u3164c", "ab\u115fc",
        "ab\U000e0061c", "abc\ue000",
        "pаypal", "Αlice", "\u0301abc", "a" + "\u0301\u0302" * 9, "a_محمد", "abc😀", "abc\n",
        "a b c", "a\u00a0bc", "a\u3000bc", "a'bc",
        "a/bc", "<abc>", "a،bc", "a؛bc", "a。b", "ab", "é" * 51, "", "\x00abc",
    ],
)  # fmt: skip
def test_what_deceives_the_eye_or_is_no_letter_is_refused(name: str) -> None:
    assert not is_username(name)


@given(st.text(max_size=60))
def test_a_prepared_name_stays_as_it_is_and_is_never_two(text: str) -> None:
    if is_username(text):
        prepared = prepare_username(text)
        assert prepare_username(prepared) == prepared
        assert fold_name(prepared) == fold_name(unicodedata.normalize("NFD", text))


def test_a_joiner_makes_no_second_user() -> None:
    assert fold_name("علی\u200cرضا") == fold_name("علیرضا")
