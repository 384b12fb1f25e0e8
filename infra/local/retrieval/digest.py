"""The digest of a document without a language model: summary, topics, key concepts, sections."""

import re
from collections import Counter
from collections.abc import Iterator
from zlib import crc32

from infra.local.retrieval.blocks import Block
from infra.local.retrieval.languages import guess_language
from infra.local.retrieval.tex import FORMULA
from infra.local.retrieval.words import list_stems
from shared.retrieval.protocol import DocumentContent, Section
from shared.text.sentences import split_sentences

_SUMMARY_SENTENCES = 3
_MAX_WEIGHED_SENTENCES = 2_000
_MAX_CONCEPT_INPUT_CHARS = 20_000  # characters; the time yake takes grows faster than its input
_MAX_CONCEPTS = 15
_MAX_TOPICS = 20
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n")
_MIN_BOILERPLATE_COUNT = 3  # a heading that returns this often names a part, not a topic


def build_content(blocks: list[Block], chunk_count: int) -> DocumentContent:
    """Build the document's content from its blocks."""
    prose = [block.text for block in blocks if block.kind == "paragraph"]
    return DocumentContent(
        extracted_text="\n\n".join(block.text for block in blocks),
        summary=_summarize(prose) or _summarize([block.text for block in blocks if block.kind != "code"]),
        topics=tuple(_list_topics(blocks)),
        key_concepts=tuple(_extract_concepts(blocks)),
        sections=tuple(_list_sections(blocks)),
        chunk_count=chunk_count,
    )


def _summarize(paragraphs: list[str]) -> str:
    """Choose the sentences that share most with the whole text (word frequency after Luhn, 1958)."""
    candidates = list(_list_usable_sentences(paragraphs))
    language = guess_language(" ".join(candidates))
    stems = [list_stems(sentence, language) for sentence in candidates]
    spread = Counter(stem for sentence in stems for stem in set(sentence))
    weights = [sum(spread[stem] for stem in set(sentence)) / (len(sentence) + 5) for sentence in stems]
    best = sorted(range(len(candidates)), key=lambda index: -weights[index])[:_SUMMARY_SENTENCES]
    return " ".join(candidates[index] for index in sorted(best))


def _list_usable_sentences(paragraphs: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for paragraph in paragraphs:
        for sentence in split_sentences(paragraph):
            if 40 <= len(sentence) <= 300 and sentence.endswith((".", "!")) and sentence not in seen:
                seen.add(sentence)
                yield sentence
        if len(seen) >= _MAX_WEIGHED_SENTENCES:
            return


def _list_topics(blocks: list[Block]) -> list[str]:
    headings = [block.text for block in blocks if block.kind == "heading"]
    counted = Counter(heading.lower() for heading in headings)
    topics = {
        heading.lower(): heading
        for heading in reversed(headings)
        if counted[heading.lower()] < _MIN_BOILERPLATE_COUNT
    }
    return list(reversed(topics.values()))[:_MAX_TOPICS]


def _list_sections(blocks: list[Block]) -> Iterator[Section]:
    """Yield each heading with what stands below it; text before the first heading has no title."""
    title, texts = "", list[str]()
    for block in blocks:
        if block.kind != "heading":
            texts.append(block.text)
            continue
        if texts:
            yield Section(title=title, content="\n\n".join(texts))
        title, texts = block.text, []
    if texts:
        yield Section(title=title, content="\n\n".join(texts))


def _extract_concepts(blocks: list[Block]) -> list[str]:
    text = _sample([block.text for block in blocks if block.kind in {"paragraph", "list"}])
    text = FORMULA.sub(" ", text)  # commands of TeX would pass for rare words
    if not text.strip():
        return []
    import yake

    extractor = yake.KeywordExtractor(lan=guess_language(text), n=2, dedup_lim=0.7, top=_MAX_CONCEPTS)
    return [phrase for phrase, _ in extractor.extract_keywords(text)]


def _sample(texts: list[str]) -> str:
    """Choose sentences of about the size that can be weighed.

    Their own words decide, not their places, so that the same text in another format gives the same concepts.
    """
    sentences = [sentence for text in texts for sentence in _SENTENCE_END.split(text)]
    words = ["".join(filter(str.isalnum, sentence.casefold())) for sentence in sentences]
    order = sorted(range(len(sentences)), key=lambda index: (crc32(words[index].encode()), index))
    chosen, size = set[int](), 0
    for index in order:
        if size + len(sentences[index]) <= _MAX_CONCEPT_INPUT_CHARS:
            chosen.add(index)
            size += len(sentences[index]) + 1
    return "\n".join(sentences[index] for index in sorted(chosen))
