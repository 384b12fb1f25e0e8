"""Cards from glossary lines (`Term: definition`) and from tables with a column of definitions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shared.model.offline.candidates import Candidate, Pattern
from shared.model.offline.corpus import Corpus
from shared.model.offline.grammar import tag_words
from shared.model.offline.lines import Kind
from shared.model.offline.segmentation import Block
from shared.model.offline.sentences import Page
from shared.model.offline.vocabulary import parse_words
from shared.model.offline.wording import decapitalise, format_answer

_ENTRY = re.compile(
    r"^(?P<bold>\*\*|__)?(?P<term>[A-Z][\w'’ /()-]{1,50}?)(?:\*\*|__)?\s*(?::|\s[–—-]\s)(?:\*\*"
    r"|__)?\s*(?P<meaning>\S.+)$"
)
_LABELS = parse_words(
    """
    note hint tip ex example examples input output given source author figure table chapter section
    exercise question answer warning important remember definition step solution problem goal
    objective summary result results prints date page title url copyright from by code keywords
    contents task extension activity discussion see
    """
)
_MEANING_HEADERS = parse_words("definition description meaning explanation")
_CELL = re.compile(r"[^|\t]+")
_MIN_MEANING_WORDS, _MAX_MEANING_CHARS, _MAX_TERM_WORDS = 4, 300, 5
_RUBBLE = re.compile(
    r"[={}\[\]\\<>#]|\*\*|__|[?:]$|\b(?:this|these|above|below|you|your|we)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class _Entry:
    term: str
    meaning: str
    quote: str


def propose_glossary(page: Page, corpus: Corpus) -> Iterator[Candidate]:
    """Propose a card for each entry of a glossary or of a table with a column of definitions."""
    for entry in [*_read_lines(page), *_read_rows(page)]:
        if _is_telling(entry):
            yield Candidate(
                pattern=Pattern.GLOSSARY,
                question=_ask_meaning(entry, corpus),
                answer=format_answer(entry.meaning),
                concept=entry.term,
                quote=entry.quote,
                chunk_id=page.passage.chunk_id,
                passage=page.index,
            )


def _is_telling(entry: _Entry) -> bool:
    return (
        0 < len(entry.term.split()) <= _MAX_TERM_WORDS
        and not re.search(r"[\"“=]", entry.term)
        and entry.term.split()[0].lower().strip("()") not in _LABELS
        and len(re.findall(r"[^\W\d_]+", entry.meaning)) >= _MIN_MEANING_WORDS
        and len(entry.meaning) <= _MAX_MEANING_CHARS
        and not _RUBBLE.search(entry.meaning)
    )


def _ask_meaning(entry: _Entry, corpus: Corpus) -> str:
    if tag_words(entry.meaning)[0].tag == "VVZ":
        return f"What does {entry.term} do?"
    if "(" in entry.term or "." in entry.term:
        return f"What is {entry.term}?"
    return f'What does the term "{decapitalise(entry.term, corpus)}" mean?'


def _read_lines(page: Page) -> Iterator[_Entry]:
    """Read lines `Term: definition` that are set in bold, or of which at least two stand together."""
    matches = [
        (block, match)
        for block in page.blocks
        if block.kind in (Kind.TEXT, Kind.ITEM, Kind.HEADING) and (match := _ENTRY.match(block.text))
    ]
    for block, match in matches:
        if (match["bold"] or len(matches) > 1) and not re.search(r"[.!?] [A-Z].*:", block.text):
            start = match.start("term") if not match["bold"] else 0
            yield _Entry(match["term"], match["meaning"], page.quote(block, start, len(block.text)))


def _read_rows(page: Page) -> Iterator[_Entry]:
    column = 0
    for block in page.blocks:
        if block.kind is not Kind.ROW:
            column = 0
            continue
        cells = _split_cells(block)
        headed = _find_meaning_column(cells)
        if headed:
            column = headed
        elif 0 < column < len(cells):
            yield _read_entry(page, block, cells[0], cells[column])


def _split_cells(block: Block) -> list[re.Match[str]]:
    return [cell for cell in _CELL.finditer(block.text) if cell[0].strip(" -:")]


def _find_meaning_column(cells: list[re.Match[str]]) -> int:
    titles = [cell[0].strip(" *").lower() for cell in cells]
    return next((index for index, title in enumerate(titles) if index and title in _MEANING_HEADERS), 0)


def _read_entry(page: Page, block: Block, term: re.Match[str], meaning: re.Match[str]) -> _Entry:
    start = term.start() + len(term[0]) - len(term[0].lstrip())
    end = meaning.start() + len(meaning[0].rstrip())
    return _Entry(term[0].strip(" *"), meaning[0].strip(" *"), page.quote(block, start, end))
