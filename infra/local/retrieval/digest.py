"""What a document is about: summary, topics, key concepts and sections, without a language model."""

from collections import Counter
from collections.abc import Iterator

from infra.local.retrieval.blocks import Block
from infra.local.retrieval.languages import guess_language
from infra.local.retrieval.words import list_stems
from shared.retrieval.protocol import DocumentContent, Section
from shared.text.sentences import split_sentences

_SUMMARY_SENTENCES = 3
_SENTENCES_WEIGHED = 2_000
_CONCEPT_INPUT = 20_000  # characters; the time yake takes grows faster than its input
_CONCEPTS = 15
_TOPICS = 20
_BOILERPLATE = 3  # a heading that returns this often names a part, not a topic


def to_content(blocks: list[Block], chunk_count: int) -> DocumentContent:
    prose = [block.text for block in blocks if block.kind == "paragraph"]
    return DocumentContent(
        extracted_text="\n\n".join(block.text for block in blocks),
        summary=_summary(prose) or _summary([block.text for block in blocks if block.kind != "code"]),
        topics=tuple(_topics(blocks)),
        key_concepts=tuple(_concepts(blocks)),
        sections=tuple(_sections(blocks)),
        chunk_count=chunk_count,
    )


def _summary(paragraphs: list[str]) -> str:
    """The sentences that share most with the whole text (word frequency after Luhn, 1958), in their order."""
    candidates = list(_usable_sentences(paragraphs))
    language = guess_language(" ".join(candidates))
    stems = [list_stems(sentence, language) for sentence in candidates]
    spread = Counter(stem for sentence in stems for stem in set(sentence))
    weights = [sum(spread[stem] for stem in set(sentence)) / (len(sentence) + 5) for sentence in stems]
    best = sorted(range(len(candidates)), key=lambda index: -weights[index])[:_SUMMARY_SENTENCES]
    return " ".join(candidates[index] for index in sorted(best))


def _usable_sentences(paragraphs: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for paragraph in paragraphs:
        for sentence in split_sentences(paragraph):
            if 40 <= len(sentence) <= 300 and sentence.endswith((".", "!")) and sentence not in seen:
                seen.add(sentence)
                yield sentence
        if len(seen) >= _SENTENCES_WEIGHED:
            return


def _topics(blocks: list[Block]) -> list[str]:
    headings = [block.text for block in blocks if block.kind == "heading"]
    counted = Counter(heading.lower() for heading in headings)
    kept = {
        heading.lower(): heading for heading in reversed(headings) if counted[heading.lower()] < _BOILERPLATE
    }
    return list(reversed(kept.values()))[:_TOPICS]


def _sections(blocks: list[Block]) -> Iterator[Section]:
    """Headings with what stands below them; text before the first heading has no title."""
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


def _concepts(blocks: list[Block]) -> list[str]:
    text = _sample([block.text for block in blocks if block.kind in {"paragraph", "list"}])
    if not text.strip():
        return []
    import yake

    extractor = yake.KeywordExtractor(lan=guess_language(text), n=2, dedup_lim=0.7, top=_CONCEPTS)
    return [phrase for phrase, _ in extractor.extract_keywords(text)]


def _sample(texts: list[str]) -> str:
    """Whole blocks, evenly spread, of about the size that can be weighed."""
    total = sum(len(text) for text in texts)
    step = max(1, -(-total // _CONCEPT_INPUT))
    return "\n".join(texts[::step])[:_CONCEPT_INPUT]
