"""Cards that ask for the members of a list, in a sentence or in bullets."""

import re
from collections.abc import Iterator

from shared.model.offline.candidates import Candidate, Pattern, build_candidate
from shared.model.offline.corpus import Corpus
from shared.model.offline.grammar import parse_clause, tag_words
from shared.model.offline.lines import Kind
from shared.model.offline.segmentation import Block
from shared.model.offline.sentences import Page, Sentence
from shared.model.offline.suitability import is_plain_prose, stands_alone
from shared.model.offline.wording import decapitalise, format_answer, split_lead
from shared.text.sentences import split_sentences

_NUMBER = r"(?:two|three|four|five|six|seven|eight|nine|ten)"
_THERE = re.compile(rf"^There are (?P<what>{_NUMBER} [^:,;]+?)(?::|, namely) (?P<items>.+)$")
_HAS = re.compile(
    rf"^(?P<whole>[^:,;]+?) (?:has|have|contains?|includes?|comprises?|(?:is|are) divided into"
    rf"|consists? of) (?P<what>{_NUMBER} [^:,;]+?)(?::|, namely) (?P<items>.+)$"
)
_MEMBERS = re.compile(
    rf"^(?P<what>The {_NUMBER} [^:;,]+?|[^:;,]*\b(?i:examples|types|kinds|elements|parts|causes|effects"
    rf"|factors|stages|phases|branches|components) of [^:;,]+?) (?:are|were|include"
    r"|included) (?P<items>[^:;]+,[^:;]+ (?:and|or) .+)$"
)
_LEAD_IN = re.compile(
    r"(?<!\s)\s*+(?:(?:include|includes|are|are as follows|is as follows|are the following)\s*+)?:$"
)
_COUNTED = re.compile(rf"^(?P<number>{_NUMBER}) ", re.IGNORECASE)
_HEADED = re.compile(
    r"^(?:the )?(?:main |key |major )?(?:types|kinds|benefits|causes|effects|advantages|disadvantages"
    r"|functions|parts|stages|phases|components|characteristics|features|properties|forms|examples"
    r"|uses) of .+$",
    re.IGNORECASE,
)
_MIN_ITEMS, _MAX_ITEMS, _MAX_LIST_CHARS, _MAX_ITEM_WORDS = 2, 8, 420, 22


def propose_inline_lists(sentence: Sentence, corpus: Corpus) -> Iterator[Candidate]:
    """Propose a card that asks for the list in the sentence."""
    field, text = split_lead(sentence.text)
    if match := _THERE.match(text):
        request = f"what are the {match['what']}?"
    elif match := _HAS.match(text):
        request = f"what are the {match['what']} of {decapitalise(match['whole'], corpus)}?"
    elif match := _MEMBERS.match(text):
        request = f"what are {decapitalise(match['what'], corpus)}?"
    else:
        return
    question = f"{field}{request}"
    yield build_candidate(
        sentence,
        Pattern.LIST,
        question=question[0].upper() + question[1:],
        answer=format_answer(match["items"]),
        concept=match["what"],
    )


def propose_bullet_lists(page: Page, corpus: Corpus) -> Iterator[Candidate]:
    """Propose a card for each bullet list whose announcement says what it lists."""
    for intro, items in _find_lists(page.blocks):
        question = _ask_from_intro(intro, corpus)
        if question and all(_is_member(item.text) for item in items):
            first, last = intro.origin[0], items[-1].origin[-1] + 1
            yield Candidate(
                pattern=Pattern.LIST,
                question=question,
                answer="\n".join(f"- {item.text}" for item in items),
                concept=intro.text.rstrip(":"),
                quote=page.passage.text[first:last],
                chunk_id=page.passage.chunk_id,
                passage=page.index,
            )


def _find_lists(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, list[Block]]]:
    """Find each list of fitting size with the line that announces it."""
    for index, intro in enumerate(blocks):
        if intro.kind not in (Kind.TEXT, Kind.HEADING):
            continue
        items: list[Block] = []
        for block in blocks[index + 1 :]:
            if block.kind is not Kind.ITEM:
                break
            items.append(block)
        fits = sum(len(item.text) for item in items) <= _MAX_LIST_CHARS
        if fits and _MIN_ITEMS <= len(items) <= _MAX_ITEMS:
            yield intro, items


def _ask_from_intro(intro: Block, corpus: Corpus) -> str | None:
    if intro.kind is Kind.HEADING:
        return f"What are {_add_article(intro.text)}?" if _HEADED.match(intro.text) else None
    announcement = split_sentences(intro.text)[-1]
    if not announcement.endswith(":") or not _is_self_contained(announcement):
        return None
    bare = _LEAD_IN.sub("", announcement)
    if _COUNTED.match(bare) and bare.split()[-1] not in {"exist", "exists"}:
        return f"What are {decapitalise(bare, corpus)}?"
    if match := re.match(rf"There are ({_NUMBER} .+)$", bare):
        return f"What are the {match[1]}?"
    return _ask_from_clause(bare, corpus)


def _ask_from_clause(text: str, corpus: Corpus) -> str | None:
    """Turn `Python provides two ways to divide numbers` into `Which two ways to divide numbers does …`."""
    clause = parse_clause(text, tag_words(text))
    if (
        clause is None
        or clause.verb.tag not in {"VVZ", "VVB", "VHZ", "VHB"}
        or not _COUNTED.match(clause.rest)
    ):
        return None
    helper = "do" if clause.plural else "does"
    return f"Which {clause.rest} {helper} {decapitalise(clause.subject, corpus)} {clause.verb.lemma}?"


def _is_self_contained(announcement: str) -> bool:
    padded = f"{announcement.rstrip(':')} in the whole subject."
    return is_plain_prose(padded) and stands_alone(padded)


def _is_member(text: str) -> bool:
    return len(text.split()) <= _MAX_ITEM_WORDS and not re.search(r"[={}\[\]|\\<>]|[?:]$", text)


def _add_article(heading: str) -> str:
    text = heading[0].lower() + heading[1:]
    return text if text.startswith("the ") else f"the {text}"
