"""The sentences of a passage that could carry a card, each with its verbatim quote."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from shared.model.offline.grammar import Clause, Token, parse_clause, tag_words
from shared.model.offline.lines import Kind
from shared.model.offline.segmentation import Block, split_blocks
from shared.model.offline.suitability import is_plain_prose, stands_alone, states_something
from shared.model.protocol import Passage
from shared.text.sentences import ends_sentence, segment_sentences

MAX_PASSAGE_CHARS = 6_000  # a chunk has about 1,000
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
_SUPPOSITION = re.compile(r"^(?:Consider|Suppose|Imagine|Assume|Given|In this example|Think of|Let)\b")
_CONTINUATION = re.compile(
    r"^(?:The|If|Since|After|When|Once|A \w+ condition)\b(?!.*\b(?:called|known as)\b)"
)
_ANYTHING = re.compile("")


@dataclass(frozen=True)
class Sentence:
    """A sentence in one clean line; `quote` is its verbatim form in the passage."""

    text: str
    quote: str
    passage: int
    chunk_id: str
    heading: str = ""

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The words with lemma and part of speech."""
        return tag_words(self.text)

    @cached_property
    def clause(self) -> Clause | None:
        """The sentence cut at its main verb, if it can be."""
        return parse_clause(self.text, self.tokens)


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
        """Return the passage's own text for a part of a block."""
        first, last = block.span(start, end)
        return self.passage.text[first:last]


def read_page(index: int, passage: Passage) -> Page:
    """Take apart the first MAX_PASSAGE_CHARS of a passage."""
    cut = passage.model_copy(update={"text": passage.text[:MAX_PASSAGE_CHARS]})
    return Page(index, cut, tuple(_skip_exercises(split_blocks(cut.text))))


def extract_sentences(page: Page, language: str) -> list[Sentence]:
    """Extract the sentences that are good enough to stand on a card by themselves."""
    english = language == "en"
    sentences: list[Sentence] = []
    for before, block in zip((None, *page.blocks), page.blocks, strict=False):
        if block.kind in (Kind.TEXT, Kind.ITEM):
            is_torn = before is not None and _breaks_off(before)
            sentences.extend(
                sentence
                for sentence in islice(
                    _skip_examples(_split_block(page, block, language)), int(is_torn), None
                )
                if is_plain_prose(sentence.text) and (not english or _stands_alone(sentence))
            )
    return sentences


def _skip_examples(sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    """Leave out what goes on telling an example that the same paragraph began."""
    continuation: re.Pattern[str] | None = None
    for sentence in sentences:
        if continuation is None or not continuation.match(sentence.text):
            yield sentence
        if _SUPPOSITION.match(sentence.text):
            continuation = _ANYTHING
        elif _EXAMPLE.match(sentence.text):
            continuation = continuation or _CONTINUATION


def _breaks_off(block: Block) -> bool:
    """Return whether a paragraph ends inside a sentence, so that the next begins inside it."""
    return block.kind is Kind.TEXT and not ends_sentence(block.text)


def _stands_alone(sentence: Sentence) -> bool:
    return stands_alone(sentence.text) and states_something(sentence.tokens)


def _split_block(page: Page, block: Block, language: str) -> Iterator[Sentence]:
    position = 0
    pieces = (
        part for piece in segment_sentences(block.text, language) for part in _BEFORE_EXAMPLE.split(piece)
    )
    for piece in pieces:
        text = piece.strip()
        start = block.text.find(text, position) if text else -1
        if start < 0:
            continue
        position = start + len(text)
        start += _measure_preamble(text, english=language == "en")
        yield Sentence(
            text=block.text[start:position],
            quote=page.quote(block, start, position),
            passage=page.index,
            chunk_id=page.passage.chunk_id,
            heading=block.heading,
        )


def _measure_preamble(text: str, *, english: bool) -> int:
    """Count the characters of a label, or of a heading without its line break, before the sentence proper."""
    match = (_LABEL.match(text) or _GLUED.match(text)) if english else None
    return match.end() if match else 0


def _skip_exercises(blocks: Sequence[Block]) -> Iterator[Block]:
    section: list[Block] = []
    for block in [*blocks, None]:
        if block is None or block.kind is Kind.HEADING:
            if not any(_EXERCISE.search(part.text) for part in section):
                yield from section
            section = []
        if block is not None:
            section.append(block)
