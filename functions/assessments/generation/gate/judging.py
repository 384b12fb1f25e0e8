"""What judging cards and judging questions have in common."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from functions.assessments.generation.gate.cloze import has_marks
from functions.assessments.generation.gate.instructions import speaks_to_the_model
from functions.assessments.generation.gate.markup import addresses, cleaned, loads, reorders, unsafe
from functions.assessments.generation.gate.similarity import KnownCards, fingerprint
from functions.assessments.generation.gate.support import SourceWords, stands_in
from functions.assessments.generation.gate.verdict import Dropped, Rule
from shared.model.protocol import CardDraft, Passage, QuestionDraft
from shared.text.folding import FoldedText, find_quote, fold_text, fold_with_spans

# Characters: a question is read at a glance, and a quote is a few sentences at most.
MAX_QUESTION, MAX_QUOTE, MAX_EXPLANATION, MAX_CONCEPT = 300, 1200, 1000, 120
MAX_RAW = 5000  # of any text before it is cleaned
# A question may ask in its own words, but one that shares next to none with its quote asks something else.
QUESTION_SHARE = 0.25

D = TypeVar("D", bound=CardDraft | QuestionDraft)
A = TypeVar("A")


@dataclass(frozen=True)
class Source:
    passage: Passage

    @cached_property
    def folded(self) -> FoldedText:
        return fold_with_spans(self.passage.text)

    @cached_property
    def words(self) -> SourceWords:
        return SourceWords(self.passage.text)

    @cached_property
    def addresses(self) -> frozenset[str]:
        return addresses(self.passage.text)

    def quote(self, quote: str) -> str | Rule:
        """The part of the passage that says it, or the rule it breaks."""
        found = find_quote(quote, self.passage.text, self.folded)
        if found is None or len(found) > 2 * MAX_QUOTE:
            return Rule.QUOTE_NOT_IN_SOURCE
        if unsafe(found) or loads(found) or reorders(found) or has_marks(found):
            return Rule.UNSAFE_MARKUP
        return Rule.SPEAKS_TO_THE_MODEL if speaks_to_the_model(found) else found

    def knows(self, texts: Iterable[str]) -> bool:
        """Whether every address in the texts stands in the passage."""
        return all(addresses(text) <= self.addresses for text in texts)


class Judging(ABC, Generic[D, A]):
    """Judges drafts one by one; each that is accepted counts as known to those that follow.

    `existing` holds question and answer of what the user has already, `concepts` the names in use.
    """

    def __init__(
        self,
        *,
        passages: Iterable[Passage],
        existing: Iterable[tuple[str, str]] = (),
        concepts: Iterable[str] = (),
    ) -> None:
        self._sources: Mapping[str, Source] = {passage.chunk_id: Source(passage) for passage in passages}
        self._known = KnownCards(existing)
        self._concepts = {fold_text(concept).casefold() for concept in concepts}
        self._dropped: Counter[str] = Counter()
        self._accepted = 0

    @property
    def accepted(self) -> int:
        return self._accepted

    @property
    def dropped(self) -> dict[str, int]:
        """How many drafts each rule dropped, by the rule's name."""
        return dict(self._dropped)

    def judge(self, draft: D) -> A | Dropped:
        """The cleaned draft, or the first rule it breaks."""
        source = self._sources.get(draft.chunk_id)
        verdict = Rule.UNKNOWN_CHUNK if source is None else self._judge(draft, source)
        if isinstance(verdict, Rule):
            self._dropped[verdict.value] += 1
            return Dropped(rule=verdict)
        self._accepted += 1
        return verdict

    @abstractmethod
    def _judge(self, draft: D, source: Source) -> A | Rule: ...

    def _is_new(self, question: str, answer: str) -> bool:
        """Whether nothing known asks the same; from now on it is known."""
        mark = fingerprint(question, answer)
        if self._known.has(mark):
            return False
        self._known.add(mark)
        return True

    def _concept(self, concept: str, known: str, source: Source) -> str:
        """A name in use, or one that the source spells out; else none."""
        named = cleaned(concept)[:MAX_CONCEPT]
        if fold_text(named).casefold() in self._concepts or stands_in(named, source.passage.text):
            return named
        return borne_out(named, known)


def borne_out(text: str, known: str) -> str:
    """The text where its words are those of what is known; else nothing."""
    return text if SourceWords(known).support(text) else ""


def raw_flaw(texts: Iterable[str]) -> Rule | None:
    """What cleaning would hide: a link to a script becomes its harmless words, yet says who wrote it."""
    for text in texts:
        if len(text) > MAX_RAW:
            return Rule.TOO_LONG
        if unsafe(text):
            return Rule.UNSAFE_MARKUP
    return None
