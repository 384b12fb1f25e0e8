"""Cards that ask for the members of a list, in a sentence or in bullets."""

import re
from collections.abc import Iterator

from shared.model.offline.candidates import Candidate, Pattern, from_sentence
from shared.model.offline.corpus import Corpus
from shared.model.offline.grammar import clause, tagged
from shared.model.offline.lines import Kind
from shared.model.offline.segmentation import Block
from shared.model.offline.sentences import Page, Sentence
from shared.model.offline.wording import answer, inside, lead
from shared.model.offline.worth import plain, standalone
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
_LEAD_IN = re.compile(r"\s*(?:include|includes|are|are as follows|is as follows|are the following)?\s*:$")
_COUNTED = re.compile(rf"^(?P<number>{_NUMBER}) ", re.IGNORECASE)
_HEADED = re.compile(
    r"^(?:the )?(?:main |key |major )?(?:types|kinds|benefits|causes|effects|advantages|disadvantages"
    r"|functions|parts|stages|phases|components|characteristics|features|properties|forms|examples"
    r"|uses) of .+$",
    re.IGNORECASE,
)
_MIN_ITEMS, _MAX_ITEMS, _MAX_LIST_CHARS, _MAX_ITEM_WORDS = 2, 8, 420, 22


def inline_lists(sentence: Sentence, corpus: Corpus) -> Iterator[Candidate]:
    field, text = lead(sentence.text)
    if match := _THERE.match(text):
        asked = f"what are the {match['what']}?"
    elif match := _HAS.match(text):
        asked = f"what are the {match['what']} of {inside(match['whole'], corpus)}?"
    elif match := _MEMBERS.match(text):
        asked = f"what are {inside(match['what'], corpus)}?"
    else:
        return
    question = f"{field}{asked}"
    yield from_sentence(
        sentence,
        Pattern.LIST,
        question=question[0].upper() + question[1:],
        answer=answer(match["items"]),
        concept=match["what"],
    )


def bullet_lists(page: Page, corpus: Corpus) -> Iterator[Candidate]:
    for intro, items in _runs(page.blocks):
        question = _question(intro, corpus)
        if question and all(_member(item.text) for item in items):
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


def _runs(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, list[Block]]]:
    """Each list of fitting size with the line that announces it."""
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


def _question(intro: Block, corpus: Corpus) -> str | None:
    if intro.kind is Kind.HEADING:
        return f"What are {_with_article(intro.text)}?" if _HEADED.match(intro.text) else None
    announced = split_sentences(intro.text)[-1]
    if not announced.endswith(":") or not _self_contained(announced):
        return None
    bare = _LEAD_IN.sub("", announced)
    if _COUNTED.match(bare) and bare.split()[-1] not in {"exist", "exists"}:
        return f"What are {inside(bare, corpus)}?"
    if there := re.match(rf"There are ({_NUMBER} .+)$", bare):
        return f"What are the {there[1]}?"
    return _of_clause(bare, corpus)


def _of_clause(text: str, corpus: Corpus) -> str | None:
    """`Python provides two ways to divide numbers` asks `Which two ways to divide numbers does …`."""
    cut = clause(text, tagged(text))
    if cut is None or cut.verb.tag not in {"VVZ", "VVB", "VHZ", "VHB"} or not _COUNTED.match(cut.rest):
        return None
    helper = "do" if cut.plural else "does"
    return f"Which {cut.rest} {helper} {inside(cut.subject, corpus)} {cut.verb.lemma}?"


def _self_contained(announced: str) -> bool:
    padded = f"{announced.rstrip(':')} in the whole subject."
    return plain(padded) and standalone(padded)


def _member(text: str) -> bool:
    return len(text.split()) <= _MAX_ITEM_WORDS and not re.search(r"[={}\[\]|\\<>]|[?:]$", text)


def _with_article(heading: str) -> str:
    text = heading[0].lower() + heading[1:]
    return text if text.startswith("the ") else f"the {text}"
