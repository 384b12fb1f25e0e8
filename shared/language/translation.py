"""Translating sentences by their English wording, as gettext does; what no catalogue has stays English."""

from collections.abc import Mapping
from functools import cache

from shared.language.choice import Language, get_language
from shared.language.sentences import Sentence, format_value

Catalogue = Mapping[str, str]

# Thousands and decimals: the narrow space of French and the space of Spanish do not break.
_SEPARATORS: Mapping[Language, tuple[str, str]] = {
    "en": (",", "."),
    "de": (".", ","),
    "es": ("\u00a0", ","),
    "fr": ("\u202f", ","),
}


def translate(text: str, language: Language | None = None) -> str:
    """Return the sentence in the language, that of the request where none is named."""
    language = language or get_language()
    if language == "en":
        return str(text)
    catalogue = load_catalogue(language)
    if not isinstance(text, Sentence):
        return catalogue.get(text, text)
    template = catalogue.get(text.template, text.template)
    thousands, point = _SEPARATORS[language]
    values = {
        name: translate(value, language)
        if isinstance(value, Sentence)
        else format_value(value, thousands=thousands, point=point)
        for name, value in text.values.items()
    }
    return template.format_map(values)


@cache
def load_catalogue(language: Language) -> Catalogue:
    """Load the translations of a language by their English templates; none for English itself."""
    if language == "de":
        from shared.language.german import SENTENCES
    elif language == "es":
        from shared.language.spanish import SENTENCES
    elif language == "fr":
        from shared.language.french import SENTENCES
    else:
        return {}
    return SENTENCES
