"""A model without key and network: it only extracts, and gives the same for the same."""

import asyncio
from collections.abc import AsyncIterator, Iterator

from shared.model.offline.candidates import Candidate
from shared.model.offline.cloze import propose_cloze, propose_keyphrase_cloze
from shared.model.offline.concept_names import match_concept_name
from shared.model.offline.corpus import Corpus, build_corpus
from shared.model.offline.dates import propose_dates
from shared.model.offline.definitions import propose_definitions
from shared.model.offline.glossary import propose_glossary
from shared.model.offline.grading import grade
from shared.model.offline.languages import choose_language
from shared.model.offline.lists import propose_bullet_lists, propose_inline_lists
from shared.model.offline.question_candidates import Material
from shared.model.offline.questions import draft_questions
from shared.model.offline.ranking import estimate_confidence, rank_candidates
from shared.model.offline.relations import propose_relations
from shared.model.offline.sentences import MAX_PASSAGE_CHARS, Page, Sentence, extract_sentences, read_page
from shared.model.offline.summary import summarize
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

MAX_REQUEST_CHARS = 120_000  # read of one request, which bounds its time
_SENTENCE_PROPOSALS = (
    propose_definitions,
    propose_inline_lists,
    propose_relations,
    propose_dates,
    propose_cloze,
)


class OfflineModel:
    """A model that quotes: cards, questions and summaries in the source's own words, grades by words."""

    name = "offline"

    async def cards(self, request: CardRequest) -> AsyncIterator[CardDraft | Usage]:
        """Propose up to twice the cards asked for, the best first: the gate drops some."""
        for draft in await asyncio.to_thread(_draft_cards, request):
            yield draft
        yield Usage(model=self.name)

    async def questions(self, request: QuestionRequest) -> AsyncIterator[QuestionDraft | Usage]:
        """Propose questions as `cards` does cards, of the types asked for that the passages give."""
        for draft in await asyncio.to_thread(_draft_questions, request):
            yield draft
        yield Usage(model=self.name)

    async def grade(self, request: GradeRequest) -> Grade:
        """Give each point of the rubric whose words a sentence of the answer has."""
        return await asyncio.to_thread(grade, request)

    async def summarize(self, request: SummaryRequest) -> Summary:
        """Choose the most central sentences of the passages."""
        return await asyncio.to_thread(_summarize, request)

    async def aclose(self) -> None:
        """Do nothing: nothing is open."""


def _summarize(request: SummaryRequest) -> Summary:
    pages = _read_pages(request.passages)
    language = choose_language(request.language, (page.prose for page in pages))
    return summarize(pages, language, request.length)


def _draft_cards(request: CardRequest) -> list[CardDraft]:
    pages = _read_pages(request.passages)
    language = choose_language(request.language, (page.prose for page in pages))
    corpus = build_corpus((page.prose for page in pages), topic=request.topic, language=language)
    best = rank_candidates(
        _propose_candidates(pages, corpus, language),
        corpus,
        limit=2 * request.count,
        difficulty=request.difficulty,
        avoid=request.avoid,
        focus=request.focus,
    )
    return [_draft_card(candidate, corpus, request) for candidate in best]


def _draft_questions(request: QuestionRequest) -> list[QuestionDraft]:
    pages = _read_pages(request.passages)
    language = choose_language(request.language, (page.prose for page in pages))
    corpus = build_corpus((page.prose for page in pages), topic=request.topic, language=language)
    material = Material(
        pages=pages,
        corpus=corpus,
        sentences=tuple(sentence for page in pages for sentence in extract_sentences(page, language)),
        cards=tuple(_propose_candidates(pages, corpus, language)),
    )
    return draft_questions(material, request, english=language == "en")


def _propose_candidates(pages: list[Page], corpus: Corpus, language: str) -> Iterator[Candidate]:
    for page in pages:
        sentences = extract_sentences(page, language)
        if language != "en":
            for sentence in sentences:
                yield from propose_keyphrase_cloze(sentence, corpus)
            continue
        yield from propose_glossary(page, corpus)
        yield from propose_bullet_lists(page, corpus)
        for sentence in sentences:
            yield from _propose_from_sentence(sentence, corpus)


def _propose_from_sentence(sentence: Sentence, corpus: Corpus) -> Iterator[Candidate]:
    for propose in _SENTENCE_PROPOSALS:
        yield from propose(sentence, corpus)


def _draft_card(candidate: Candidate, corpus: Corpus, request: CardRequest) -> CardDraft:
    return CardDraft(
        question=candidate.question,
        answer=candidate.answer,
        quote=candidate.quote,
        chunk_id=candidate.chunk_id,
        card_type=candidate.card_type,
        difficulty=request.difficulty,
        confidence=estimate_confidence(candidate, corpus),
        concept=match_concept_name(candidate.concept, request.concepts),
    )


def _read_pages(passages: tuple[Passage, ...]) -> list[Page]:
    pages: list[Page] = []
    room = MAX_REQUEST_CHARS
    for index, passage in enumerate(passages):
        room -= min(len(passage.text), MAX_PASSAGE_CHARS)
        if room < 0:
            break
        pages.append(read_page(index, passage))
    return pages
