"""Statistics over all passages: spelling of words, key phrases, words of the topic."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from shared.model.offline.vocabulary import load_extractor

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]*")  # a capital inside a sentence
_SMALL = re.compile(r"(?<![\w./`])[a-z][\w'’-]*(?![\w`]|\.\w)")
_KEYPHRASES = 80
MAX_KEYPHRASE_CHARS = 30_000  # YAKE takes about 0.1 s for as much; its time grows faster than the text
_WORN_COUNT, _WORN_SHARE = 8, 0.006
_DULL = re.compile(r"^(?:examples?|programs?|ways?|numbers?|things?|figures?|tables?|chapters?|sections?)$")


@dataclass(frozen=True)
class Corpus:
    """Word counts of all passages; `keyphrases` maps lower-case phrases to a weight in (0, 1], best first."""

    keyphrases: Mapping[str, float]
    counts: Mapping[str, int]  # words in lower case
    small: Mapping[str, int]  # words the source spells with a small letter
    names: Mapping[str, int]  # words, in lower case, that it spells with a capital inside a sentence
    topic: tuple[str, ...]
    size: int  # words in all

    def is_ubiquitous(self, word: str) -> bool:
        """Return whether the word is on every page, so that leaving it out asks nothing."""
        count = self.counts.get(word.lower(), 0)
        return count >= _WORN_COUNT and count >= _WORN_SHARE * self.size

    def is_lower_case(self, word: str) -> bool:
        """Return whether the passages spell the word in lower case, so that a capital is only its place."""
        return self.small.get(word.lower(), 0) > self.names.get(word.lower(), 0)

    def is_capitalised(self, word: str) -> bool:
        """Return whether the passages spell the word with a capital wherever it stands."""
        return 0 < self.names.get(word.lower(), 0) >= self.small.get(word.lower(), 0)

    def weigh(self, text: str) -> float:
        """Return the weight of the text's best key phrase, 0..1."""
        lowered = f" {' '.join(_WORD.findall(text.lower()))} "
        return max(
            (weight for phrase, weight in self.keyphrases.items() if f" {phrase} " in lowered), default=0.0
        )

    def rate_relevance(self, text: str) -> float:
        """Return the share of the topic's words that the text has, 0..1; 0 without a topic."""
        if not self.topic:
            return 0.0
        words = set(_list_topic_words(text))
        return sum(_is_among(word, words) for word in self.topic) / len(self.topic)


def build_corpus(texts: Iterable[str], *, topic: str, language: str) -> Corpus:
    """Count the words of the texts and extract their key phrases."""
    joined = "\n".join(texts)
    words = _WORD.findall(joined)
    return Corpus(
        keyphrases=extract_keyphrases(joined, language),
        counts=Counter(word.lower() for word in words),
        small=Counter(_SMALL.findall(joined)),
        names=Counter(name.lower() for name in _NAME.findall(joined)),
        topic=_list_topic_words(topic)[:20],
        size=len(words),
    )


def extract_keyphrases(text: str, language: str) -> dict[str, float]:
    """Extract YAKE's key phrases in lower case, weighted by rank from 1 down."""
    sample = text[:MAX_KEYPHRASE_CHARS]
    if not _WORD.search(sample):
        return {}
    phrases = [
        str(phrase).lower() for phrase, _ in load_extractor(language, _KEYPHRASES).extract_keywords(sample)
    ]
    telling = [phrase for phrase in dict.fromkeys(phrases) if not _DULL.match(phrase)]
    return {phrase: 1 - rank / (len(telling) + 1) for rank, phrase in enumerate(telling)}


def _list_topic_words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.lower() for word in _WORD.findall(text) if len(word) > 2))


def _is_among(word: str, words: set[str]) -> bool:
    return word in words or any(fuzz.ratio(word, other) >= 85 for other in words if other[0] == word[0])
