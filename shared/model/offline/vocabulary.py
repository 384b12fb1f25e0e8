"""Word lists of the offline model, and the vendors' language tools, loaded on first use."""

import warnings
from functools import lru_cache
from typing import Protocol, cast


class Tagger(Protocol):
    """A part-of-speech tagger: HanTa."""

    def tag_sent(self, sent: list[str]) -> list[tuple[str, str, str]]: ...

    def tag_word(self, word: str) -> list[tuple[str, float]]: ...


class Extractor(Protocol):
    """An extractor of key phrases: YAKE."""

    def extract_keywords(self, text: str) -> list[tuple[str, float]]: ...


def parse_words(text: str) -> frozenset[str]:
    """Return the words of a list written out as text."""
    return frozenset(text.split())


def join_patterns(*patterns: str) -> str:
    """Join regular expressions into one that matches any of them."""
    return f"(?:{'|'.join(patterns)})"


@lru_cache(maxsize=1)
def load_tagger() -> Tagger:
    """Load HanTa with its bundled English model; tags are those of the British National Corpus (C5)."""
    from HanTa.HanoverTagger import HanoverTagger

    return cast("Tagger", HanoverTagger("morphmodel_en.pgz"))


@lru_cache(maxsize=8)
def load_extractor(language: str, top: int) -> Extractor:
    """Load YAKE for the language; it brings its own stop words, and none for one that it does not know."""
    with warnings.catch_warnings(action="ignore"):  # its source warns when it is compiled
        from yake import KeywordExtractor

    return cast("Extractor", KeywordExtractor(lan=language, n=3, top=top))
