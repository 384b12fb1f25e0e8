"""The quality gate: what a model proposes is saved only if plain code can stand by it."""

from pydantic import BaseModel, ConfigDict

from functions.assessments.generation.gate.cloze import blanked, filled, gaps, has_marks, well_formed
from functions.assessments.generation.gate.judging import (
    MAX_EXPLANATION,
    MAX_QUESTION,
    MAX_QUOTE,
    QUESTION_SHARE,
    Judging,
    Source,
    borne_out,
    raw_flaw,
)
from functions.assessments.generation.gate.markup import cleaned, unsafe
from functions.assessments.generation.gate.support import SourceWords, gives_away, leans_on_context
from functions.assessments.generation.gate.verdict import Dropped, Rule
from functions.assessments.generation.gate.wording import complete_answer, complete_question, too_few_words
from shared.model.protocol import CardDraft, CardType, Difficulty
from shared.text.folding import fold_text

__all__ = ["AcceptedCard", "Dropped", "Gate", "Rule", "Verdict"]

MAX_ANSWER = 600


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


Verdict = AcceptedCard | Dropped


class Gate(Judging[CardDraft, AcceptedCard]):
    """Judges cards."""

    def _judge(self, draft: CardDraft, source: Source) -> AcceptedCard | Rule:
        if flaw := raw_flaw((draft.question, draft.answer, draft.explanation, draft.concept)):
            return flaw
        card = _cleaned(draft)
        return _form(card) or _wording(card) or self._against_source(card, source)

    def _against_source(self, card: CardDraft, source: Source) -> AcceptedCard | Rule:
        quote = source.quote(card.quote)
        if isinstance(quote, Rule):
            return quote
        if not source.knows((card.question, card.answer, card.explanation, card.concept)):
            return Rule.FOREIGN_ADDRESS
        asked_of = SourceWords(f"{quote} {card.answer}")
        if not asked_of.support(blanked(card.question), share=QUESTION_SHARE, numbers=False):
            return Rule.UNSUPPORTED_QUESTION
        stated = filled(card.question) if card.card_type == "cloze" else card.answer
        if not SourceWords(quote).support(stated, asked=card.question):
            return Rule.UNSUPPORTED_ANSWER
        if not self._is_new(card.question, card.answer):
            return Rule.DUPLICATE
        return self._accept(card, quote, source)

    def _accept(self, card: CardDraft, quote: str, source: Source) -> AcceptedCard:
        known = f"{quote} {card.question} {card.answer}"
        return AcceptedCard(
            question=card.question,
            answer=card.answer,
            explanation=borne_out(card.explanation, known),
            card_type=card.card_type,
            difficulty=card.difficulty,
            confidence=card.confidence,
            concept=self._concept(card.concept, known, source),
            quote=quote,
            chunk_id=source.passage.chunk_id,
            document_id=source.passage.document_id,
            page=source.passage.page,
        )


def _cleaned(draft: CardDraft) -> CardDraft:
    question = cleaned(draft.question)
    answer = cleaned(draft.answer)
    if (
        draft.card_type == "cloze"
        and well_formed(question)
        and fold_text(answer) not in fold_text(filled(question))
    ):
        answer = ""
    if draft.card_type == "cloze" and not answer:
        answer = ", ".join(gaps(question))
    return draft.model_copy(
        update={
            "question": question,
            "answer": answer,
            "explanation": cleaned(draft.explanation),
            "concept": cleaned(draft.concept),
        }
    )


def _form(card: CardDraft) -> Rule | None:
    if not (card.question and fold_text(card.quote) and (card.answer or card.card_type == "cloze")):
        return Rule.EMPTY
    if (
        len(card.question) > MAX_QUESTION
        or len(card.answer) > MAX_ANSWER
        or len(fold_text(card.quote)) > MAX_QUOTE
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
