"""The suitability of sentences for a card: whole, understood alone, about the subject."""

import re

from shared.model.offline.context import depends_on_context
from shared.model.offline.grammar import Token, is_finite
from shared.model.offline.vocabulary import join_patterns

_MIN_CHARS, _MAX_CHARS, _MIN_WORDS, _MAX_WORDS = 25, 300, 5, 42
_LETTERS_SHARE = 0.7
_ENDINGS = (".", "。", "।", "۔", "．")
_FURNITURE = re.compile(
    join_patterns(
        r"https?:|www\.|\S@[^\s@]+\.\w|©",
        r"\b(?:copyright|all rights reserved|creative commons|ISBN|CC BY|DOI)\b",
        r"\blicen[cs]ed under\b|\bpress\b.*\b(?:19|20)\d\d\b.*\bedition\b|\bpage \d+\b|\bcareer guide\b",
        r"\bfor more (?:information|details|examples)\b",
    ),
    re.IGNORECASE,
)
_OPERATOR = re.compile(
    r"\((?:[^\w\s]{1,3}|[\"'])\)|(?<=the )[^\w\s]{1,3}(?= (?:operator|sign|symbol|character))", re.IGNORECASE
)
_CODE = re.compile(
    join_patterns(
        r"[={}\[\]|\\<>#^~*_@]|//|\+\+|[\"'][,;)]|\([\"']|\w\(\w",
        r":\s*$|\.{3}|…|\s\.\s|[:;]\s.*:\s|\d/\d|[.!?][\"'”]$",
    )
)
_PRONOUN = re.compile(r"he|she|his|her|him", re.IGNORECASE)


def is_plain_prose(text: str) -> bool:
    """Return whether the text is one whole sentence of prose, in any language."""
    return (
        _MIN_CHARS <= len(text) <= _MAX_CHARS
        and (text[0].isdigit() or (text[0].isalpha() and not text[0].islower()))
        and text.endswith(_ENDINGS)
        and not _FURNITURE.search(text)
        and _is_prose(_OPERATOR.sub("", text))
    )


def stands_alone(text: str) -> bool:
    """Return whether an English sentence can be understood alone, judged by its words."""
    return _MIN_WORDS <= len(text.split()) <= _MAX_WORDS and not depends_on_context(text)


def states_something(tokens: tuple[Token, ...]) -> bool:
    """Return whether an English sentence has a subject, a finite verb, and a name for its pronouns."""
    if not any(is_finite(token) for token in tokens) or tokens[0].tag in {"VVB", "VVI", "VVZ", "VVD"}:
        return False
    for token in tokens:
        if token.tag == "NP0":
            return True
        if _PRONOUN.fullmatch(token.text):
            return False
    return True


def _is_prose(text: str) -> bool:
    letters = sum(char.isalpha() or char.isspace() for char in text)
    return (
        letters >= _LETTERS_SHARE * len(text)
        and not _CODE.search(text.rstrip(".").replace("()", ""))
        and text.count("(") == text.count(")")
        and text.count('"') % 2 == 0
        and text.count("“") == text.count("”")
    )
