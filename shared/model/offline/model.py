"""A model that needs no key and no network: it only extracts, and always the same from the same."""

import asyncio
from collections.abc import AsyncIterator, Iterator

from shared.model.offline.asked import Material
from shared.model.offline.candidates import Candidate
from shared.model.offline.cloze import clozes, clozes_by_keyphrase
from shared.model.offline.corpus import Corpus, corpus
from shared.model.offline.dates import dates
from shared.model.offline.definitions import definitions
from shared.model.offline.glossary import glossary
from shared.model.offline.grading import grade
from shared.model.offline.lists import bullet_lists, inline_lists
from shared.model.offline.names import named
from shared.model.offline.questions import question_drafts
from shared.model.offline.ranking import confidence, ranked
from shared.model.offline.relations import relations
from shared.model.offline.sentences import MAX_PASSAGE_CHARS, Page, Sentence, read, sentences
from shared.model.offline.summary import summary
from shared.model.protocol import (
    CardDraft,
    CardRequest,
    Grade,
    GradeRequest,
    Passage,
    QuestionDraft,
    QuestionRequest,
    Summary,
    SummaryRequest,
    Usage,
)

MAX_TOTAL_CHARS = 120_000  # what is read of one request: bounds its time
_FROM_SENTENCES = (definitions, inline_lists, relations, dates, clozes)


class OfflineModel:
    """Proposes cards, questions and summaries in the source's own words, and grades by words."""

    name = "offline"

    async def cards(self, request: CardRequest) -> AsyncIterator[CardDraft | Usage]:
        """Up to twice the cards asked for, the best first: the gate drops some."""
        for draft in await asyncio.to_thread(_drafts, request):
            yield draft
        yield Usage(model=self.name)

    async def questions(self, request: QuestionRequest) -> AsyncIterator[QuestionDraft | Usage]:
        """As `cards`, of the types asked for that the passages give."""
        for draft in await asyncio.to_thread(_question_drafts, request):
            yield draft
        yield Usage(model=self.name)

    async def grade(self, request: GradeRequest) -> Grade:
        """A point is given where a sentence of the answer has the point's words."""
        return await asyncio.to_thread(grade, request)

    async def summarize(self, request: SummaryRequest) -> Summary:
        return await asyncio.to_thread(_summary, request)

    async def aclose(self) -> None:
        """Nothing is open."""


def _summary(request: SummaryRequest) -> Summary:
    return summary(_pages(request.passages), _language(request.language), request.length)


def _drafts(request: CardRequest) -> list[CardDraft]:
    language = _language(request.language)
    pages = _pages(request.passages)
    known = corpus((page.prose for page in pages), topic=request.topic, language=language)
    best = ranked(
        _candidates(pages, known, language),
        known,
        limit=2 * request.count,
        difficulty=request.difficulty,
        avoid=request.avoid,
        focus=request.focus,
    )
    return [_draft(candidate, known, request) for candidate in best]


def _question_drafts(request: QuestionRequest) -> list[QuestionDraft]:
    language = _language(request.language)
    pages = _pages(request.passages)
    known = corpus((page.prose for page in pages), topic=request.topic, language=language)
    material = Material(
        pages=pages,
        corpus=known,
        sentences=tuple(sentence for page in pages for sentence in sentences(page, language)),
        cards=tuple(_candidates(pages, known, language)),
    )
    return question_drafts(material, request, english=language == "en")


def _candidates(pages: list[Page], known: Corpus, language: str) -> Iterator[Candidate]:
    for page in pages:
        found = sentences(page, language)
        if language != "en":
            for sentence in found:
                yield from clozes_by_keyphrase(sentence, known)
            continue
        yield from glossary(page, known)
        yield from bullet_lists(page, known)
        for sentence in found:
            yield from _from_sentence(sentence, known)


def _from_sentence(sentence: Sentence, known: Corpus) -> Iterator[Candidate]:
    for build in _FROM_SENTENCES:
        yield from build(sentence, known)


def _draft(candidate: Candidate, known: Corpus, request: CardRequest) -> CardDraft:
    return CardDraft(
        question=candidate.question,
        answer=candidate.answer,
        quote=candidate.quote,
        chunk_id=candidate.chunk_id,
        card_type=candidate.card_type,
        difficulty=request.difficulty,
        confidence=confidence(candidate, known),
        concept=named(candidate.concept, request.concepts),
    )


def _pages(passages: tuple[Passage, ...]) -> list[Page]:
    pages: list[Page] = []
    room = MAX_TOTAL_CHARS
    for index, passage in enumerate(passages):
        room -= min(len(passage.text), MAX_PASSAGE_CHARS)
        if room < 0:
            break
        pages.append(read(index, passage))
    return pages


def _language(code: str) -> str:
    """The language of a tag such as `en-GB`."""
    return code.strip().lower().replace("_", "-").split("-")[0] or "en"
