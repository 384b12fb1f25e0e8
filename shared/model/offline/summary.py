"""Extractive summaries: the sentences most like all the others, in the order of the source.

Sentences vote for those they resemble and votes count by the voter's rank, as in TextRank
(Mihalcea and Tarau, 2004); similarity is RapidFuzz's, key phrases tip the balance.
"""

from collections.abc import Sequence
from typing import Literal

from rapidfuzz import fuzz, process

from shared.model.offline.corpus import build_corpus
from shared.model.offline.sentences import Page, Sentence, extract_sentences
from shared.model.protocol import Citation, Summary, Usage

_SENTENCE_COUNTS = {"short": 3, "medium": 6, "long": 12}
_DAMPING, _ROUNDS = 0.85, 20
_MAX_SENTENCES = 250  # as votes are counted for each pair
_SAME_MEANING = 80.0  # likeness from which two sentences say the same


def summarize(pages: Sequence[Page], language: str, length: Literal["short", "medium", "long"]) -> Summary:
    """Choose the most central sentences, each cited, in the order of the source."""
    sentences = [sentence for page in pages for sentence in extract_sentences(page, language)][
        :_MAX_SENTENCES
    ]
    chosen = _select_central(sentences, pages, language, _SENTENCE_COUNTS[length])
    return Summary(
        text=" ".join(sentence.text for sentence in chosen),
        citations=tuple(
            Citation(
                chunk_id=sentence.chunk_id, quote=sentence.quote, page=pages[sentence.passage].passage.page
            )
            for sentence in chosen
        ),
        usage=Usage(model="offline"),
    )


def _select_central(
    sentences: list[Sentence], pages: Sequence[Page], language: str, count: int
) -> list[Sentence]:
    if not sentences:
        return []
    corpus = build_corpus((page.prose for page in pages), topic="", language=language)
    ranks = _rank_sentences(
        [sentence.text for sentence in sentences], [corpus.weigh(sentence.text) for sentence in sentences]
    )
    best = sorted(range(len(sentences)), key=lambda index: (-ranks[index], index))
    chosen: list[int] = []
    for index in best:
        if len(chosen) < count and not _is_said(
            [sentences[other].text for other in chosen], sentences[index].text
        ):
            chosen.append(index)
    return [sentences[index] for index in sorted(chosen)]


def _is_said(chosen: list[str], text: str) -> bool:
    return (
        process.extractOne(text, chosen, scorer=fuzz.token_set_ratio, score_cutoff=_SAME_MEANING) is not None
    )


def _rank_sentences(texts: list[str], weights: list[float]) -> list[float]:
    votes = _count_votes(texts)
    bias = [(0.2 + weight) / sum(0.2 + other for other in weights) for weight in weights]
    ranks = bias
    for _ in range(_ROUNDS):
        ranks = [
            (1 - _DAMPING) * bias[index]
            + _DAMPING * sum(rank * vote for rank, vote in zip(ranks, votes[index], strict=True))
            for index in range(len(texts))
        ]
    return ranks


def _count_votes(texts: list[str]) -> list[list[float]]:
    """Return votes[i][j], the share of sentence j's vote that goes to sentence i."""
    size = range(len(texts))
    likeness = [
        [0.0 if i == j else fuzz.token_set_ratio(texts[i], texts[j]) ** 2 for j in size] for i in size
    ]
    totals = [sum(likeness[i][j] for i in size) or 1.0 for j in size]
    return [[likeness[i][j] / totals[j] for j in size] for i in size]
