"""The languages that the product speaks: sentences, their translations, and the choice of a language."""

from shared.language.choice import (
    DEFAULT,
    LANGUAGES,
    Language,
    choose_language,
    find_accepted,
    find_language,
    get_language,
    set_language,
    use_language,
)
from shared.language.sentences import Sentence, find_code, recognise, say, say_number, say_size, template
from shared.language.translation import translate

__all__ = [
    "DEFAULT",
    "LANGUAGES",
    "Language",
    "Sentence",
    "choose_language",
    "find_accepted",
    "find_code",
    "find_language",
    "get_language",
    "recognise",
    "say",
    "say_number",
    "say_size",
    "set_language",
    "template",
    "translate",
    "use_language",
]
