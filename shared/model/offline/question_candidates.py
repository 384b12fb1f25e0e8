"""A possible question of a quiz, before it is ranked, and the material that questions are made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

from shared.model.offline.candidates import Candidate, Pattern
from shared.model.offline.corpus import Corpus
from shared.model.offline.sentences import Page, Sentence
from shared.model.protocol import QuestionType, RubricPoint


@dataclass(frozen=True)
class QuestionCandidate(Candidate):
    """A possible question; `answer` is the key in words, the type says which other fields matter."""

    question_type: QuestionType = "short_answer"
    options: tuple[str, ...] = ()
    correct: tuple[int, ...] = ()
    accepted: tuple[str, ...] = ()
    number: float | None = None
    rubric: tuple[RubricPoint, ...] = ()


@dataclass(frozen=True)
class Material:
    """The passages taken apart; `cards` are the candidates that flashcards would be made from."""

    pages: Sequence[Page]
    corpus: Corpus
    sentences: tuple[Sentence, ...]
    cards: tuple[Candidate, ...]

    @cached_property
    def sentence_of(self) -> Mapping[str, Sentence]:
        """The sentences by their quotes."""
        return {sentence.quote: sentence for sentence in self.sentences}

    def select(self, *patterns: Pattern, cloze: bool = False) -> list[Candidate]:
        """Select the cards found by these patterns."""
        return [
            card for card in self.cards if card.pattern in patterns and (card.card_type == "cloze") is cloze
        ]


def shuffle(options: Sequence[str], *, by: str) -> tuple[str, ...]:
    """Order the options by the text `by` alone, so that no place is right more often."""
    return tuple(sorted(options, key=lambda option: crc32(f"{by}\0{option}".encode())))
