"""The quality gate for cards."""

from functions.assessments.generation.gate.cloze import (
    fill_gaps,
    find_gaps,
    has_gap_marks,
    hide_gaps,
    is_well_formed,
)
from functions.assessments.generation.gate.judging import (
    MAX_EXPLANATION_CHARS,
    MAX_QUESTION_CHARS,
    AcceptedItem,
    DraftGate,
    find_raw_flaw,
)
from functions.assessments.generation.gate.markup import clean_text, is_unsafe
from functions.assessments.generation.gate.source import MAX_QUOTE_CHARS, Source
from functions.assessments.generation.gate.support import SourceWords, has_answer, is_context_dependent
from functions.assessments.generation.gate.verdict import Rule
from functions.assessments.generation.gate.wording import (
    has_too_few_words,
    is_complete_answer,
    is_complete_question,
)
from shared.model.protocol import CardDraft, CardType
from shared.text.folding import fold_text

MAX_ANSWER_CHARS = 600


class AcceptedCard(AcceptedItem):
    """A cleaned card, with the quote that supports its answer."""

    answer: str
    card_type: CardType


class CardGate(DraftGate[CardDraft, AcceptedCard]):
    """Judges cards. `existing` holds question and answer of the user's cards."""

    def _check(self, draft: CardDraft, source: Source) -> AcceptedCard | Rule:
        if flaw := find_raw_flaw(_list_texts(draft)):
            return flaw
        card = _clean_card(draft)
        return _find_form_flaw(card) or _find_wording_flaw(card) or self._check_source(card, source)

    def _check_source(self, card: CardDraft, source: Source) -> AcceptedCard | Rule:
        quote = source.verify(
            card.quote, asked=hide_gaps(card.question), key=card.answer, texts=_list_texts(card)
        )
        if isinstance(quote, Rule):
            return quote
        stated = fill_gaps(card.question) if card.card_type == "cloze" else card.answer
        if not SourceWords(quote).support(stated, asked=card.question):
            return Rule.UNSUPPORTED_ANSWER
        if not self._add_if_new(card.question, card.answer):
            return Rule.DUPLICATE
        shared = self._shared_fields(card, quote=quote, key=card.answer, source=source)
        return AcceptedCard(answer=card.answer, card_type=card.card_type, **shared)


def _list_texts(card: CardDraft) -> tuple[str, ...]:
    """Return every text that a reader sees, except the quote."""
    return card.question, card.answer, card.explanation, card.concept


def _clean_card(draft: CardDraft) -> CardDraft:
    """Clean the texts; the answer of a cloze card is its gaps, unless the sentence has another."""
    question = clean_text(draft.question)
    answer = clean_text(draft.answer)
    if draft.card_type == "cloze" and is_well_formed(question):
        sentence = fold_text(fill_gaps(question))
        answer = answer if fold_text(answer) in sentence else ""
    if draft.card_type == "cloze" and not answer:
        answer = ", ".join(find_gaps(question))
    return draft.model_copy(
        update={
            "question": question,
            "answer": answer,
            "explanation": clean_text(draft.explanation),
            "concept": clean_text(draft.concept),
        }
    )


def _find_form_flaw(card: CardDraft) -> Rule | None:
    if not (card.question and fold_text(card.quote) and (card.answer or card.card_type == "cloze")):
        return Rule.EMPTY
    if (
        len(card.question) > MAX_QUESTION_CHARS
        or len(card.answer) > MAX_ANSWER_CHARS
        or len(fold_text(card.quote)) > MAX_QUOTE_CHARS
        or len(card.explanation) > MAX_EXPLANATION_CHARS
    ):
        return Rule.TOO_LONG
    if any(is_unsafe(text) for text in _list_texts(card)):
        return Rule.UNSAFE_MARKUP
    if card.card_type == "cloze":
        return None if is_well_formed(card.question) else Rule.BAD_CLOZE
    return Rule.BAD_CLOZE if has_gap_marks(card.question + card.answer) else None


def _find_wording_flaw(card: CardDraft) -> Rule | None:
    visible = hide_gaps(card.question)
    if has_too_few_words(card.quote) or not is_complete_answer(card.answer):
        return Rule.FRAGMENT
    if card.card_type == "basic" and not is_complete_question(card.question):
        return Rule.FRAGMENT
    if is_context_dependent(visible):
        return Rule.NEEDS_CONTEXT
    if has_answer(visible, card.answer):
        return Rule.ANSWER_IN_QUESTION
    return None
