"""The language that the offline model works in."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

AUTO = "auto"

_SAMPLE_CHARS = 20_000
_MIN_WORDS = 2  # that tell a language
_WORD = re.compile(r"[^\W\d_]+")
# Words that are frequent in one language and rare in the others.
_FUNCTION_WORDS: Mapping[str, frozenset[str]] = {
    "en": frozenset({"the", "and", "of", "to", "is", "that", "which", "with", "are", "by", "from", "this"}),
    "de": frozenset({"der", "die", "das", "und", "ist", "den", "dem", "ein", "eine", "nicht", "mit", "wird"}),
    "es": frozenset({"el", "los", "las", "y", "del", "una", "que", "se", "por", "con", "para", "es"}),
    "fr": frozenset({"le", "les", "des", "et", "est", "une", "du", "dans", "qui", "pour", "sont", "par"}),
    "it": frozenset({"il", "gli", "di", "che", "è", "della", "per", "con", "una", "sono", "nel", "dei"}),
    "nl": frozenset({"de", "het", "een", "van", "en", "is", "niet", "met", "zijn", "voor", "wordt", "dat"}),
    "pt": frozenset({"o", "os", "as", "e", "do", "da", "uma", "não", "com", "para", "é", "em"}),
}


def choose_language(tag: str, texts: Iterable[str]) -> str:
    """Return the language of a tag such as `en-GB`; of `auto`, that of the texts."""
    language = tag.strip().lower().replace("_", "-").split("-")[0] or "en"
    return guess_language(" ".join(texts)) if language == AUTO else language


def guess_language(text: str) -> str:
    """Guess the language by its most frequent words, English where they tell nothing."""
    counts = Counter(word.lower() for word in _WORD.findall(text[:_SAMPLE_CHARS]))
    scores = {language: sum(counts[word] for word in words) for language, words in _FUNCTION_WORDS.items()}
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] >= _MIN_WORDS else "en"
