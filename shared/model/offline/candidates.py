"""A possible card, before it is ranked."""

from dataclasses import dataclass
from enum import Enum

from shared.model.offline.sentences import Sentence
from shared.model.protocol import CardType


class Pattern(Enum):
    """The way a card was found; the value is how often such a card proves good, 0..1."""

    DEFINITION = 0.9
    GLOSSARY = 0.88
    NAMING = 0.86
    LIST = 0.84
    PURPOSE = 0.82
    CAUSE = 0.8
    DATE = 0.78
    RELATION = 0.74
    ACTION = 0.7
    CLOZE = 0.55


@dataclass(frozen=True)
class Candidate:
    """A possible card about `concept`; `passage` is the passage's place in the request."""

    pattern: Pattern
    question: str
    answer: str
    concept: str
    quote: str
    chunk_id: str
    passage: int
    card_type: CardType = "basic"


def build_candidate(
    sentence: Sentence,
    pattern: Pattern,
    *,
    question: str,
    answer: str,
    concept: str,
    card_type: CardType = "basic",
) -> Candidate:
    """Build a candidate that quotes the sentence."""
    return Candidate(
        pattern=pattern,
        question=question,
        answer=answer,
        concept=concept,
        quote=sentence.quote,
        chunk_id=sentence.chunk_id,
        passage=sentence.passage,
        card_type=card_type,
    )
