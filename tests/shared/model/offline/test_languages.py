"""The language of the documents, where none is asked for."""

import pytest

from shared.model.offline.languages import choose_language, guess_language

TEXTS = {
    "en": "Photosynthesis is the process by which plants turn light and water into sugar.",
    "de": "Die Photosynthese ist der Vorgang, mit dem Pflanzen Licht und Wasser in Zucker umwandeln.",
    "es": "La fotosíntesis es el proceso por el que las plantas convierten la luz y el agua en azúcar.",
    "fr": "La photosynthèse est le processus par lequel les plantes transforment la lumière et l'eau.",
    "it": "La fotosintesi è il processo con cui gli organismi trasformano la luce nel corso della crescita.",
    "nl": "De fotosynthese is het proces dat licht met water en lucht van het blad in suiker omzet.",
    "pt": "A fotossíntese é o processo com que as plantas convertem a luz em açúcar para uma folha.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_the_language_of_a_text_is_told_by_its_small_words(language: str) -> None:
    assert guess_language(TEXTS[language]) == language


@pytest.mark.parametrize("text", ["", "12 34", "H2O"])
def test_what_tells_nothing_is_english(text: str) -> None:
    assert guess_language(text) == "en"


def test_a_tag_decides_and_auto_leaves_it_to_the_text() -> None:
    assert choose_language("en-GB", [TEXTS["de"]]) == "en"
    assert choose_language("auto", [TEXTS["de"]]) == "de"
