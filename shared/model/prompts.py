"""What a language model is asked for cards and summaries. The same request gives the same bytes."""

from shared.model.prompting import (
    DIFFICULTY,
    NUMBER,
    TEXT,
    Prompt,
    delimited_passages,
    in_language,
    list_of,
    mark_of,
    one_object,
    particulars,
    rules_on,
)
from shared.model.protocol import CardRequest, SummaryRequest

_CARD_RULES = """\
You write flashcards for students.
{rules}
Each card asks one thing, can be understood without the passage, and has one short, complete answer that its \
quote supports. Don't give the answer away in the question. Don't ask the same thing twice.
A card of type "basic" has a question and an answer. A card of type "cloze" has as its question a sentence \
with the gap marked {{{{c1::missing words}}}}, and the missing words as its answer.
The explanation says in one sentence why the answer is right. The concept names the idea in at most four \
words. The confidence, from 0 to 1, says how surely the quote supports the answer."""

_SUMMARY_RULES = """\
You write summaries for students.
{rules}
Cite for each main statement the quote that supports it."""

_LENGTHS = {"short": "two to four sentences", "medium": "two paragraphs", "long": "four to six paragraphs"}


def card_prompt(request: CardRequest) -> Prompt:
    """Ask for `request.count` cards."""
    mark = mark_of(request.passages)
    parts = [
        f"Write {request.count} flashcards of {request.difficulty} difficulty.",
        *particulars(request),
        *delimited_passages(request.passages, mark),
    ]
    return Prompt(_CARD_RULES.format(rules=rules_on(mark)), "\n".join(parts), "cards", _CARDS)


def summary_prompt(request: SummaryRequest) -> Prompt:
    """Ask for a summary of all passages together."""
    mark = mark_of(request.passages)
    parts = [
        f"Summarise the passages in {_LENGTHS[request.length]}.",
        in_language(request.language),
        *delimited_passages(request.passages, mark),
    ]
    return Prompt(_SUMMARY_RULES.format(rules=rules_on(mark)), "\n".join(parts), "summary", _SUMMARY)


_CARDS = one_object(
    cards=list_of(
        one_object(
            quote=TEXT,
            chunk_id=TEXT,
            question=TEXT,
            answer=TEXT,
            explanation=TEXT,
            card_type={"type": "string", "enum": ["basic", "cloze"]},
            difficulty=DIFFICULTY,
            confidence=NUMBER,
            concept=TEXT,
        )
    )
)
_SUMMARY = one_object(summary=TEXT, citations=list_of(one_object(chunk_id=TEXT, quote=TEXT)))
