"""The prompts for cards and summaries; the same request gives the same bytes."""

from shared.model.prompt_parts import (
    DIFFICULTY,
    NUMBER,
    TEXT,
    Prompt,
    build_list_schema,
    build_object_schema,
    delimit_passages,
    derive_passage_mark,
    format_rules,
    list_particulars,
    request_language,
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


def build_card_prompt(request: CardRequest) -> Prompt:
    """Ask for `request.count` cards."""
    mark = derive_passage_mark(request.passages)
    parts = [
        f"Write {request.count} flashcards of {request.difficulty} difficulty.",
        *list_particulars(request),
        *delimit_passages(request.passages, mark),
    ]
    return Prompt(_CARD_RULES.format(rules=format_rules(mark)), "\n".join(parts), "cards", _CARDS)


def build_summary_prompt(request: SummaryRequest) -> Prompt:
    """Ask for a summary of all passages together."""
    mark = derive_passage_mark(request.passages)
    parts = [
        f"Summarise the passages in {_LENGTHS[request.length]}.",
        request_language(request.language),
        *delimit_passages(request.passages, mark),
    ]
    return Prompt(_SUMMARY_RULES.format(rules=format_rules(mark)), "\n".join(parts), "summary", _SUMMARY)


_CARDS = build_object_schema(
    cards=build_list_schema(
        build_object_schema(
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
_SUMMARY = build_object_schema(
    summary=TEXT, citations=build_list_schema(build_object_schema(chunk_id=TEXT, quote=TEXT))
)
