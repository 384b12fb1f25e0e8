"""Which candidates come first: useful kinds, telling words, the topic, and a spread over the passages."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rapidfuzz import fuzz, process

from shared.model.offline.candidates import Candidate, Pattern
from shared.model.offline.corpus import Corpus
from shared.model.offline.wording import content
from shared.model.protocol import Difficulty

C = TypeVar("C", bound=Candidate)

_KEYPHRASE, _TOPIC, _FOCUS, _CROWDING, _REPEATED = (
    0.12,
    0.5,
    0.4,
    0.03,
    0.1,
)  # weights beside the pattern's own
_SAME_QUESTION = 88.0
_POOL = 400
_TEMPERED: dict[Difficulty, dict[Pattern, float]] = {
    "easy": {Pattern.CLOZE: 0.1, Pattern.NAMING: 0.06, Pattern.CAUSE: -0.1, Pattern.LIST: -0.05},
    "medium": {},
    "hard": {Pattern.CAUSE: 0.15, Pattern.PURPOSE: 0.1, Pattern.LIST: 0.1, Pattern.CLOZE: -0.1},
}


def ranked(
    candidates: Iterable[C],
    corpus: Corpus,
    *,
    limit: int,
    difficulty: Difficulty = "medium",
    avoid: tuple[str, ...] = (),
    focus: tuple[str, ...] = (),
) -> Iterator[C]:
    """The best first, at most `limit`; one per sentence, no question twice or in `avoid`."""
    dwelt_on = [words for concept in focus if (words := content(concept))]
    scored = sorted(
        (
            (_score(candidate, corpus, difficulty, dwelt_on), -index, candidate)
            for index, candidate in enumerate(candidates)
        ),
        key=lambda item: item[:2],
        reverse=True,
    )[:_POOL]
    pool = [(score, candidate) for score, _, candidate in scored]
    asked = list(avoid)
    crowd: Counter[int] = Counter()
    about: Counter[str] = Counter()
    used: set[str] = set()
    given = 0
    while pool and given < limit:
        best = max(
            range(len(pool)), key=lambda index: pool[index][0] - _weariness(pool[index][1], crowd, about)
        )
        _, candidate = pool.pop(best)
        if candidate.quote in used or _asked(candidate.question, asked):
            continue
        used.add(candidate.quote)
        asked.append(candidate.question)
        crowd[candidate.passage] += 1
        about[candidate.concept.lower()] += 1
        given += 1
        yield candidate


def confidence(candidate: Candidate, corpus: Corpus) -> float:
    """How likely the card is good: by its pattern, a little more where it is about a key phrase."""
    return round(min(0.95, candidate.pattern.value + 0.05 * corpus.weight(candidate.concept)), 2)


def _score(
    candidate: Candidate, corpus: Corpus, difficulty: Difficulty, dwelt_on: list[frozenset[str]]
) -> float:
    about = f"{candidate.question} {candidate.answer}"
    words = content(f"{about} {candidate.concept}") if dwelt_on else frozenset()
    return (
        candidate.pattern.value
        + _TEMPERED[difficulty].get(candidate.pattern, 0.0)
        + _KEYPHRASE * corpus.weight(candidate.concept)
        + _TOPIC * corpus.relevance(about)
        + _FOCUS * any(concept <= words for concept in dwelt_on)
    )


def _weariness(candidate: Candidate, crowd: Counter[int], about: Counter[str]) -> float:
    """What a candidate loses to the cards already taken from its passage and on its concept."""
    return _CROWDING * crowd[candidate.passage] + _REPEATED * about[candidate.concept.lower()]


def _asked(question: str, asked: list[str]) -> bool:
    """Whether much the same was asked; questions that each have a word of their own ask different things."""
    alike = process.extract(question, asked, scorer=fuzz.ratio, score_cutoff=_SAME_QUESTION, limit=5)
    words = content(question)
    return any(words <= content(other) or content(other) <= words for other, *_ in alike)
