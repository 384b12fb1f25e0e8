"""The choice of a language, and sentences in it."""

import string

import pytest

from shared.language import (
    LANGUAGES,
    Language,
    choose_language,
    find_language,
    recognise,
    say,
    say_number,
    say_size,
    translate,
)
from shared.language.translation import load_catalogue
from tests.shared.language.spoken import spoken

FOREIGN = LANGUAGES[1:]


@pytest.mark.parametrize(
    ("accepted", "preference", "chosen"),
    [
        ("", None, "en"),
        ("", "de", "de"),
        ("", "de-AT", "de"),
        ("", "ja", "en"),
        ("de", "fr", "de"),
        ("de-CH, en;q=0.9", None, "de"),
        ("ja, fr;q=0.8, en;q=0.5", None, "fr"),
        ("en;q=0.2, es;q=0.9", None, "es"),
        ("*", "es", "es"),
        ("ja", "es", "es"),
        ("de;q=0", "fr", "fr"),
        ("DE_at", None, "de"),
        ("de;q=x, fr", None, "fr"),
        ("de;q=nan, fr;q=0.1", None, "fr"),
        (";;,,q=1;", None, "en"),
        ("x" * 10_000 + ",de", None, "en"),
    ],
)
def test_the_request_decides_before_the_profile(
    accepted: str, preference: str | None, chosen: Language
) -> None:
    assert choose_language(accepted, preference) == chosen


def test_a_tag_is_of_a_language_by_its_first_part() -> None:
    tags = ("en-GB", "deu", "es-419", "", "frr", "fr-CA-x-y")
    assert [find_language(tag) for tag in tags] == ["en", None, "es", None, None, "fr"]


def test_numbers_are_written_as_the_language_writes_them() -> None:
    many = say_number(12_000, one="Write one character", many="Write at most {number} characters")
    assert {language: translate(many, language) for language in LANGUAGES} == {
        "en": "Write at most 12,000 characters",
        "de": "Schreibe höchstens 12.000 Zeichen",
        "es": "Escribe como máximo 12\u00a0000 caracteres",
        "fr": "Écrivez au plus 12\u202f000 caractères",
    }
    share = say("This must be at most {limit}", limit=0.99)
    assert translate(share, "de") == "Dies darf höchstens 0,99 sein"


def test_a_size_within_a_sentence_has_the_units_of_the_language() -> None:
    sentence = say("The request is too large; send at most {size}", size=say_size(1536 * 1024))
    assert sentence == "The request is too large; send at most 1.5 MB"
    assert translate(sentence, "fr") == "La requête est trop volumineuse\u202f; envoyez au plus 1,5 Mo"


def test_braces_in_values_are_left_alone() -> None:
    assert translate(say("Fill in `{field}`", field="{x}"), "de") == "Fülle `{x}` aus"


def test_what_no_catalogue_has_stays_english() -> None:
    assert translate("Something new", "de") == "Something new"
    assert translate(say("Something {new}", new=1_000), "de") == "Something 1.000"


def test_a_stored_title_is_told_again() -> None:
    title = recognise("7-day study streak!", "{days}-day study streak!")
    assert translate(title, "de") == "7 Tage in Folge gelernt!"
    assert recognise("My own title", "{days}-day study streak!") == "My own title"


@pytest.mark.parametrize("language", FOREIGN)
def test_translations_keep_the_places_of_their_sentences(language: Language) -> None:
    catalogue = load_catalogue(language)
    wrong = {text: other for text, other in catalogue.items() if _places(text) != _places(other)}
    assert wrong == {}


@pytest.mark.parametrize("language", FOREIGN)
def test_nothing_is_translated_that_is_never_said(language: Language) -> None:
    assert load_catalogue(language).keys() - spoken() == set()


def test_all_languages_say_the_same() -> None:
    catalogues = [load_catalogue(language).keys() for language in FOREIGN]
    assert all(each == catalogues[0] for each in catalogues)


@pytest.mark.parametrize("language", FOREIGN)
def test_nearly_everything_that_is_said_is_translated(language: Language) -> None:
    """`python -m tests.shared.language.spoken` prints what is missing."""
    missing = spoken() - load_catalogue(language).keys()
    assert len(missing) <= 0.05 * len(spoken()), sorted(missing)


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
