"""The order of candidates: by pattern, telling words and topic, spread over the passages."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rapidfuzz import fuzz, process

from shared.model.offline.candidates import Candidate, Pattern
from shared.model.offline.corpus import Corpus
from shared.model.offline.wording import list_content_stems
from shared.model.protocol import Difficulty

C = TypeVar("C", bound=Candidate)

# Weights beside the pattern's own.
_KEYPHRASE_WEIGHT, _TOPIC_WEIGHT, _FOCUS_WEIGHT, _CROWDING_WEIGHT, _REPEATED_WEIGHT = (
    0.12,
    0.5,
    0.4,
    0.03,
    0.1,
)
_SAME_QUESTION = 88.0
_MAX_POOL = 400
_TEMPERED: dict[Difficulty, dict[Pattern, float]] = {
    "easy": {Pattern.CLOZE: 0.1, Pattern.NAMING: 0.06, Pattern.CAUSE: -0.1, Pattern.LIST: -0.05},
    "medium": {},
    "hard": {Pattern.CAUSE: 0.15, Pattern.PURPOSE: 0.1, Pattern.LIST: 0.1, Pattern.CLOZE: -0.1},
}


def rank_candidates(
    candidates: Iterable[C],
    corpus: Corpus,
    *,
    limit: int,
    difficulty: Difficulty = "medium",
    avoid: tuple[str, ...] = (),
    focus: tuple[str, ...] = (),
) -> Iterator[C]:
    """Yield the best first, at most `limit`; one per sentence, no question twice or in `avoid`."""
    focus_stems = [stems for concept in focus if (stems := list_content_stems(concept))]
    scored = sorted(
        (
            (_score(candidate, corpus, difficulty, focus_stems), -index, candidate)
            for index, candidate in enumerate(candidates)
        ),
        key=lambda item: item[:2],
        reverse=True,
    )[:_MAX_POOL]
    pool = [(score, candidate) for score, _, candidate in scored]
    questions = list(avoid)
    passage_counts: Counter[int] = Counter()
    concept_counts: Counter[str] = Counter()
    used_quotes: set[str] = set()
    count = 0
    while pool and count < limit:
        best = max(
            range(len(pool)),
            key=lambda index: (
                pool[index][0] - _measure_crowding(pool[index][1], passage_counts, concept_counts)
            ),
        )
        _, candidate = pool.pop(best)
        if candidate.quote in used_quotes or _is_repeated(candidate.question, questions):
            continue
        used_quotes.add(candidate.quote)
        questions.append(candidate.question)
        passage_counts[candidate.passage] += 1
        concept_counts[candidate.concept.lower()] += 1
        count += 1
        yield candidate


def estimate_confidence(candidate: Candidate, corpus: Corpus) -> float:
    """Estimate how likely the card is good: by its pattern, a little more if it is about a key phrase."""
    return round(min(0.95, candidate.pattern.value + 0.05 * corpus.weigh(candidate.concept)), 2)


def _score(
    candidate: Candidate, corpus: Corpus, difficulty: Difficulty, focus_stems: list[frozenset[str]]
) -> float:
    wording = f"{candidate.question} {candidate.answer}"
    stems = list_content_stems(f"{wording} {candidate.concept}") if focus_stems else frozenset()
    return (
        candidate.pattern.value
        + _TEMPERED[difficulty].get(candidate.pattern, 0.0)
        + _KEYPHRASE_WEIGHT * corpus.weigh(candidate.concept)
        + _TOPIC_WEIGHT * corpus.rate_relevance(wording)
        + _FOCUS_WEIGHT * any(concept <= stems for concept in focus_stems)
    )


def _measure_crowding(
    candidate: Candidate, passage_counts: Counter[int], concept_counts: Counter[str]
) -> float:
    """Return what a candidate loses to the cards already taken from its passage and on its concept."""
    return (
        _CROWDING_WEIGHT * passage_counts[candidate.passage]
        + _REPEATED_WEIGHT * concept_counts[candidate.concept.lower()]
    )


def _is_repeated(question: str, questions: list[str]) -> bool:
    """Return whether a question like it was asked; two that each have a word of their own differ."""
    similar = process.extract(question, questions, scorer=fuzz.ratio, score_cutoff=_SAME_QUESTION, limit=5)
    stems = list_content_stems(question)
    return any(
        stems <= list_content_stems(other) or list_content_stems(other) <= stems for other, *_ in similar
    )
