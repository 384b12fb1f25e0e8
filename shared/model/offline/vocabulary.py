"""Word lists the offline model reads by, and the vendors' language tools, loaded on first use."""

import warnings
from functools import lru_cache
from typing import Any, Protocol, cast


class Tagger(Protocol):
    def tag_sent(self, sent: list[str]) -> list[tuple[str, str, str]]: ...

    def tag_word(self, word: str) -> list[tuple[str, float]]: ...


class Splitter(Protocol):
    def segment(self, text: str) -> list[str]: ...


class Extractor(Protocol):
    def extract_keywords(self, text: str) -> list[tuple[str, float]]: ...


def vocabulary(text: str) -> frozenset[str]:
    """The words of a list written out as text."""
    return frozenset(text.split())


def any_of(*patterns: str) -> str:
    """One regular expression for any of several."""
    return f"(?:{'|'.join(patterns)})"


@lru_cache(maxsize=1)
def tagger() -> Tagger:
    """HanTa with its bundled English model; tags are those of the British National Corpus (C5)."""
    from HanTa.HanoverTagger import HanoverTagger

    return cast("Tagger", HanoverTagger("morphmodel_en.pgz"))


@lru_cache(maxsize=8)
def splitter(language: str) -> Splitter:
    """pysbd for the language, or for English where it does not know the language."""
    module = _quietly("pysbd")
    known = language if language in module.languages.LANGUAGE_CODES else "en"
    return cast("Splitter", module.Segmenter(language=known, clean=False))


@lru_cache(maxsize=8)
def extractor(language: str, top: int) -> Extractor:
    """YAKE for the language; it brings its own stop words, and none for one that it does not know."""
    return cast("Extractor", _quietly("yake").KeywordExtractor(lan=language, n=3, top=top))


def _quietly(name: str) -> Any:
    """Import a vendor's module whose own source warns when it is compiled."""
    import importlib

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return importlib.import_module(name)
