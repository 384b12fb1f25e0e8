"""Stems of words, by language and by how closely words are related."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.text.stems import inflection_stem, stem


@pytest.mark.parametrize(
    ("family", "language"),
    [
        ("cell cells", "en"),
        ("produce produced producing", "en"),
        ("product production productions", "en"),
        ("zelle zellen", "de"),
        ("cellule cellules", "fr"),
        ("célula células", "es"),
    ],
)
def test_related_words_share_a_stem(family: str, language: str) -> None:
    assert len({stem(word, language) for word in family.split()}) == 1


@pytest.mark.parametrize(
    "forms",
    [
        "cell cells",
        "energy energies",
        "study studies studied studying",
        "run runs running",
        "process processes processed processing",
        "production productions",
        "probability probabilities",
        "generalize generalizes generalized generalizing",
    ],
)
def test_inflected_forms_share_a_stem(forms: str) -> None:
    assert len({inflection_stem(word) for word in forms.split()}) == 1


@pytest.mark.parametrize(
    "words",
    [
        "product production",
        "capital capitalism",
        "organ organism organization",
        "secret secretion",
        "act active activity",
        "import important",
    ],
)
def test_words_of_one_root_can_be_told_apart(words: str) -> None:
    assert len({inflection_stem(word) for word in words.split()}) == len(words.split())


@given(st.text(max_size=40))
def test_any_text_has_a_stem(word: str) -> None:
    assert isinstance(stem(word), str)
    assert isinstance(inflection_stem(word), str)


def test_threads_do_not_disturb_each_other() -> None:
    words = [f"{letter}{number}loops" for number in range(300) for letter in "abcd"]
    with ThreadPoolExecutor(4) as threads:
        assert [*threads.map(stem, words)] == [word.removesuffix("s") for word in words]
