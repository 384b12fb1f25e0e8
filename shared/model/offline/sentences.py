"""The sentences of a passage that could carry a card, each with its verbatim quote."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from shared.model.offline.grammar import Clause, Token, clause, tagged
from shared.model.offline.lines import Kind
from shared.model.offline.segmentation import Block, blocks
from shared.model.offline.worth import plain, standalone, states_something
from shared.model.protocol import Passage
from shared.text.sentences import ends_sentence, segment_sentences

MAX_PASSAGE_CHARS = 6_000  # a chunk has about 1,000; more is not a chunk
_LABEL = re.compile(r"^(?:Note|Definition|Key (?:point|idea)|Important|Remember|N\.B\.)\s*[:.]\s+(?=[A-Z])")
_GLUED = re.compile(  # a heading that lost its line break: "Basic output The print() function …"
    r"^[A-Z][^.!?:;]{2,80}? (?=(?:The|An|In|When|If|Each|Most|Many|All) [a-z]|A (?!(?:is|was|are|and|or|in"
    r"|to|has|can|of|with)\b)[a-z])"
)
_EXERCISE = re.compile(
    r"^(?:(?:Write|Create|Complete|Improve|Fix|Modify|Implement|Add|Copy|Run|Reformat|Enter|Answer) (?:a|an"
    r"|the|your|two|three|each|some|different|this|these)\b|Learning objectives"
    r"|By the end of this (?:section|chapter|unit)|The following program should|For each (?:situation"
    r"|program|of the|question)|Review questions|Exercises?\b|Further reading|References$|Bibliography"
    r"|Exploring further)",
    re.IGNORECASE,
)

_BEFORE_EXAMPLE = re.compile(r"(?<=[.!?]) (?=(?:Ex|E\.g\.|Note): )")
_EXAMPLE = re.compile(r"^(?:Ex:|E\.g\.|For (?:example|instance)\b)")
_SUPPOSED = re.compile(r"^(?:Consider|Suppose|Imagine|Assume|Given|In this example|Think of|Let)\b")
_TOLD_ON = re.compile(r"^(?:The|If|Since|After|When|Once|A \w+ condition)\b(?!.*\b(?:called|known as)\b)")
_ANYTHING = re.compile("")


@dataclass(frozen=True)
class Sentence:
    """One sentence in one clean line; `quote` is the same as it stands in the passage."""

    text: str
    quote: str
    passage: int
    chunk_id: str
    heading: str = ""

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        return tagged(self.text)

    @cached_property
    def clause(self) -> Clause | None:
        return clause(self.text, self.tokens)


@dataclass(frozen=True)
class Page:
    """A passage taken apart; `blocks` leave out exercises and objectives."""

    index: int
    passage: Passage
    blocks: tuple[Block, ...]

    @property
    def prose(self) -> str:
        """The page's words without code and tables."""
        return "\n".join(block.text for block in self.blocks if block.kind is not Kind.ROW)

    def quote(self, block: Block, start: int, end: int) -> str:
        first, last = block.span(start, end)
        return self.passage.text[first:last]


def read(index: int, passage: Passage) -> Page:
    cut = passage.model_copy(update={"text": passage.text[:MAX_PASSAGE_CHARS]})
    return Page(index, cut, tuple(_without_exercises(blocks(cut.text))))


def sentences(page: Page, language: str) -> list[Sentence]:
    """Sentences good enough to stand on a card by themselves."""
    english = language == "en"
    found: list[Sentence] = []
    for before, block in zip((None, *page.blocks), page.blocks, strict=False):
        if block.kind in (Kind.TEXT, Kind.ITEM):
            torn = before is not None and _breaks_off(before)
            found.extend(
                sentence
                for sentence in islice(_outside_examples(_split(page, block, language)), int(torn), None)
                if plain(sentence.text) and (not english or _stands(sentence))
            )
    return found


def _outside_examples(found: Iterable[Sentence]) -> Iterator[Sentence]:
    """Without what goes on telling an example that the same paragraph began."""
    told: re.Pattern[str] | None = None
    for sentence in found:
        if told is None or not told.match(sentence.text):
            yield sentence
        if _SUPPOSED.match(sentence.text):
            told = _ANYTHING
        elif _EXAMPLE.match(sentence.text):
            told = told or _TOLD_ON


def _breaks_off(block: Block) -> bool:
    """Whether a paragraph ends inside a sentence, so that the next begins inside it."""
    return block.kind is Kind.TEXT and not ends_sentence(block.text)


def _stands(sentence: Sentence) -> bool:
    return standalone(sentence.text) and states_something(sentence.tokens)


def _split(page: Page, block: Block, language: str) -> Iterator[Sentence]:
    at = 0
    pieces = (
        part for piece in segment_sentences(block.text, language) for part in _BEFORE_EXAMPLE.split(piece)
    )
    for piece in pieces:
        text = piece.strip()
        start = block.text.find(text, at) if text else -1
        if start < 0:
            continue
        at = start + len(text)
        start += _preamble(text, english=language == "en")
        yield Sentence(
            text=block.text[start:at],
            quote=page.quote(block, start, at),
            passage=page.index,
            chunk_id=page.passage.chunk_id,
            heading=block.heading,
        )


def _preamble(text: str, *, english: bool) -> int:
    """How many characters before the sentence proper are a label or a heading without its line break."""
    match = (_LABEL.match(text) or _GLUED.match(text)) if english else None
    return match.end() if match else 0


def _without_exercises(found: Sequence[Block]) -> Iterator[Block]:
    section: list[Block] = []
    for block in [*found, None]:
        if block is None or block.kind is Kind.HEADING:
            if not any(_EXERCISE.search(part.text) for part in section):
                yield from section
            section = []
        if block is not None:
            section.append(block)
