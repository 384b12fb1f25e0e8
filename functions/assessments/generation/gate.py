"""The quality gate: what a model proposes is saved only if plain code can stand by it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from functions.assessments.generation.gate_cloze import blanked, filled, gaps, has_marks, well_formed
from functions.assessments.generation.gate_folding import Folded, find_quote, fold, folded
from functions.assessments.generation.gate_markup import cleaned, unsafe
from functions.assessments.generation.gate_similarity import KnownCards, fingerprint
from functions.assessments.generation.gate_support import SourceWords, gives_away, leans_on_context
from functions.assessments.generation.gate_wording import complete_answer, complete_question, too_few_words
from shared.model.protocol import CardDraft, CardType, Difficulty, Passage

__all__ = ["AcceptedCard", "Dropped", "Gate", "Rule", "Verdict", "folded"]

# Characters: a card is read at a glance, and a quote is a few sentences at most.
MAX_QUESTION, MAX_ANSWER, MAX_QUOTE, MAX_EXPLANATION, MAX_CONCEPT = 300, 600, 1200, 1000, 120


class Rule(StrEnum):
    """Why a draft was dropped."""

    UNKNOWN_CHUNK = "unknown_chunk"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNSAFE_MARKUP = "unsafe_markup"
    BAD_CLOZE = "bad_cloze"
    FRAGMENT = "fragment"
    NEEDS_CONTEXT = "needs_context"
    ANSWER_IN_QUESTION = "answer_in_question"
    QUOTE_NOT_IN_SOURCE = "quote_not_in_source"
    UNSUPPORTED_ANSWER = "unsupported_answer"
    DUPLICATE = "duplicate"


class AcceptedCard(BaseModel):
    """A cleaned card; `quote` is the exact part of the chunk's text that it stands on."""

    model_config = ConfigDict(frozen=True)

    question: str
    answer: str
    explanation: str
    card_type: CardType
    difficulty: Difficulty
    confidence: float
    concept: str
    quote: str
    chunk_id: str
    document_id: str
    page: int | None


class Dropped(BaseModel):
    model_config = ConfigDict(frozen=True)

    rule: Rule


Verdict = AcceptedCard | Dropped


@dataclass(frozen=True)
class _Source:
    passage: Passage

    @cached_property
    def folded(self) -> Folded:
        return fold(self.passage.text)

    @cached_property
    def words(self) -> SourceWords:
        return SourceWords(self.passage.text)


class Gate:
    """Judges drafts one by one; each accepted card counts as known to those that follow.

    `existing` holds question and answer of the cards the user has already.
    """

    def __init__(self, *, passages: Iterable[Passage], existing: Iterable[tuple[str, str]] = ()) -> None:
        self._sources: Mapping[str, _Source] = {passage.chunk_id: _Source(passage) for passage in passages}
        self._known = KnownCards(existing)
        self._dropped: Counter[str] = Counter()
        self._accepted = 0

    @property
    def accepted(self) -> int:
        return self._accepted

    @property
    def dropped(self) -> dict[str, int]:
        """How many drafts each rule dropped, by the rule's name."""
        return dict(self._dropped)

    def judge(self, draft: CardDraft) -> Verdict:
        """The cleaned card, or the first rule it breaks."""
        verdict = self._judge(draft)
        if isinstance(verdict, Dropped):
            self._dropped[verdict.rule.value] += 1
        else:
            self._accepted += 1
        return verdict

    def _judge(self, draft: CardDraft) -> Verdict:
        source = self._sources.get(draft.chunk_id)
        if source is None:
            return Dropped(rule=Rule.UNKNOWN_CHUNK)
        card = _cleaned(draft)
        rule = _form(card) or _wording(card)
        if rule is not None:
            return Dropped(rule=rule)
        return self._against_source(card, source)

    def _against_source(self, card: CardDraft, source: _Source) -> Verdict:
        quote = find_quote(card.quote, source.passage.text, source.folded)
        if quote is None or len(quote) > 2 * MAX_QUOTE:
            return Dropped(rule=Rule.QUOTE_NOT_IN_SOURCE)
        stated = filled(card.question) if card.card_type == "cloze" else card.answer
        if not source.words.support(stated, asked=card.question):
            return Dropped(rule=Rule.UNSUPPORTED_ANSWER)
        mark = fingerprint(card.question, card.answer)
        if self._known.has(mark):
            return Dropped(rule=Rule.DUPLICATE)
        self._known.add(mark)
        return _accepted(card, quote, source.passage)


def _cleaned(draft: CardDraft) -> CardDraft:
    question = cleaned(draft.question)
    answer = cleaned(draft.answer)
    if (
        draft.card_type == "cloze"
        and well_formed(question)
        and folded(answer) not in folded(filled(question))
    ):
        answer = ""
    if draft.card_type == "cloze" and not answer:
        answer = ", ".join(gaps(question))
    return draft.model_copy(
        update={
            "question": question,
            "answer": answer,
            "explanation": cleaned(draft.explanation),
            "concept": cleaned(draft.concept)[:MAX_CONCEPT],
        }
    )


def _form(card: CardDraft) -> Rule | None:
    if not (card.question and folded(card.quote) and (card.answer or card.card_type == "cloze")):
        return Rule.EMPTY
    if (
        len(card.question) > MAX_QUESTION
        or len(card.answer) > MAX_ANSWER
        or len(folded(card.quote)) > MAX_QUOTE
        or len(card.explanation) > MAX_EXPLANATION
    ):
        return Rule.TOO_LONG
    if any(unsafe(text) for text in (card.question, card.answer, card.explanation, card.concept)):
        return Rule.UNSAFE_MARKUP
    is_cloze = card.card_type == "cloze"
    if not well_formed(card.question) if is_cloze else has_marks(card.question + card.answer):
        return Rule.BAD_CLOZE
    return None


def _wording(card: CardDraft) -> Rule | None:
    visible = blanked(card.question)
    if too_few_words(card.quote) or not complete_answer(card.answer):
        return Rule.FRAGMENT
    if card.card_type == "basic" and not complete_question(card.question):
        return Rule.FRAGMENT
    if leans_on_context(visible):
        return Rule.NEEDS_CONTEXT
    if gives_away(visible, card.answer):
        return Rule.ANSWER_IN_QUESTION
    return None


def _accepted(card: CardDraft, quote: str, passage: Passage) -> AcceptedCard:
    return AcceptedCard(
        question=card.question,
        answer=card.answer,
        explanation=card.explanation,
        card_type=card.card_type,
        difficulty=card.difficulty,
        confidence=card.confidence,
        concept=card.concept,
        quote=quote,
        chunk_id=passage.chunk_id,
        document_id=passage.document_id,
        page=passage.page,
    )
