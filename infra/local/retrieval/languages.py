"""The language of a text, guessed by its commonest words."""

from collections import Counter

_COMMON_WORDS = {
    "en": frozenset(["the", "and", "of", "is", "to", "in", "that", "with", "for", "are"]),
    "de": frozenset(["der", "die", "und", "ist", "das", "nicht", "mit", "von", "ein", "werden"]),
    "fr": frozenset(["le", "la", "les", "et", "est", "des", "une", "dans", "que", "pour"]),
    "es": frozenset(["el", "los", "las", "es", "una", "que", "por", "con", "para", "del"]),
}


def guess_language(text: str) -> str:
    """Return `en`, `de`, `fr` or `es`, and `en` for a text without any of their commonest words."""
    counts = Counter(text.lower().split())
    return max(_COMMON_WORDS, key=lambda language: sum(counts[word] for word in _COMMON_WORDS[language]))
