"""The judging of drafts, which the gates of cards and of questions share."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from functions.assessments.generation.gate.markup import clean_text, is_unsafe
from functions.assessments.generation.gate.similarity import KnownItems, take_fingerprint
from functions.assessments.generation.gate.source import Source
from functions.assessments.generation.gate.support import SourceWords, find_verbatim
from functions.assessments.generation.gate.verdict import Dropped, Rule
from shared.model.protocol import CardDraft, Difficulty, Passage, QuestionDraft
from shared.text.folding import fold_text

MAX_QUESTION_CHARS = 300  # a question is read at a glance
MAX_EXPLANATION_CHARS = 1000
_MAX_CONCEPT_CHARS = 120
_MAX_RAW_CHARS = 5000  # of any text before it is cleaned

D = TypeVar("D", bound=CardDraft | QuestionDraft)
A = TypeVar("A")


class AcceptedItem(BaseModel):
    """The fields that accepted cards and questions share; `quote` is the exact text of the chunk."""

    model_config = ConfigDict(frozen=True)

    question: str
    explanation: str
    difficulty: Difficulty
    confidence: float
    concept: str
    quote: str
    chunk_id: str
    document_id: str
    page: int | None


class DraftGate(ABC, Generic[D, A]):
    """Judges drafts one by one; those that follow must differ from each that is accepted.

    `existing` holds question and answer of the user's items, `concepts` the names in use.
    """

    def __init__(
        self,
        *,
        passages: Iterable[Passage],
        existing: Iterable[tuple[str, str]] = (),
        concepts: Iterable[str] = (),
    ) -> None:
        self._sources: Mapping[str, Source] = {passage.chunk_id: Source(passage) for passage in passages}
        self._known = KnownItems(self._identify(*item) for item in existing)
        self._concepts = {fold_text(concept).casefold() for concept in concepts}
        self._dropped: Counter[str] = Counter()
        self._accepted = 0

    @property
    def accepted(self) -> int:
        return self._accepted

    @property
    def dropped(self) -> dict[str, int]:
        """The number of drafts that each rule dropped, by the rule's name."""
        return dict(self._dropped)

    def judge(self, draft: D) -> A | Dropped:
        """Return the cleaned draft, or the first rule that it breaks."""
        source = self._sources.get(draft.chunk_id)
        verdict = Rule.UNKNOWN_CHUNK if source is None else self._check(draft, source)
        if isinstance(verdict, Rule):
            self._dropped[verdict.value] += 1
            return Dropped(rule=verdict)
        self._accepted += 1
        return verdict

    @abstractmethod
    def _check(self, draft: D, source: Source) -> A | Rule: ...

    def _identify(self, question: str, answer: str) -> tuple[str, str]:
        """Return the part of question and answer that tells two items apart."""
        return question, answer

    def _add_if_new(self, question: str, answer: str) -> bool:
        """Add the item to those that are known, unless one of them asks the same."""
        fingerprint = take_fingerprint(*self._identify(question, answer))
        if self._known.has(fingerprint):
            return False
        self._known.add(fingerprint)
        return True

    def _shared_fields(self, draft: D, *, quote: str, key: str, source: Source) -> dict[str, Any]:
        """Return the fields of `AcceptedItem`, without texts that quote, question and key do not support."""
        known = SourceWords(f"{quote} {draft.question} {key}")
        return {
            "question": draft.question,
            "explanation": draft.explanation if known.support(draft.explanation) else "",
            "difficulty": draft.difficulty,
            "confidence": draft.confidence,
            "concept": self._check_concept(draft.concept, known, source),
            "quote": quote,
            "chunk_id": source.passage.chunk_id,
            "document_id": source.passage.document_id,
            "page": source.passage.page,
        }

    def _check_concept(self, concept: str, known: SourceWords, source: Source) -> str:
        """Return the concept if it is in use, if the passage names it, or if it is of known words."""
        name = clean_text(concept)[:_MAX_CONCEPT_CHARS]
        if fold_text(name).casefold() in self._concepts or find_verbatim(name, source.passage.text):
            return name
        return name if known.support(name) else ""


def find_raw_flaw(texts: Iterable[str]) -> Rule | None:
    """Return the rule that texts break before cleaning, which would turn a script's link into words."""
    for text in texts:
        if len(text) > _MAX_RAW_CHARS:
            return Rule.TOO_LONG
        if is_unsafe(text):
            return Rule.UNSAFE_MARKUP
    return None
