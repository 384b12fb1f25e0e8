"""Similarity of cards and questions, by question and answer together, to find what asks the same."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from functions.assessments.generation.gate.cloze import fill_gaps, hide_gaps
from functions.assessments.generation.gate.wording import extract_stems, parse_word_list, select_numbers
from shared.text.folding import fold_text

_QUESTION_WORD = re.compile(r"\b(who|when|where|why|how|what|which)\b", re.IGNORECASE)
_ENDS_WITH_DO = re.compile(r"\bdo\?$")
_REVERSING_STEMS = parse_word_list(
    "not no never without cannot can't don't doesn't isn't aren't befor after more less most least"
)
_SHORT_ANSWERS = frozenset({"yes", "no", "true", "false", "both", "neither"})
# Percent of `fuzz.token_sort_ratio` from which two answers say the same.
_MIN_ANSWER_PERCENT = 85.0
# Percent of `fuzz.ratio` from which two questions are compared in full although they share no word.
_MIN_QUESTION_PERCENT = 80.0
_MAX_NAME_WORDS = 3  # `Shakespeare` answers as `William Shakespeare` does
_MIN_LONG_ANSWER_WORDS = 5  # two items rarely share such an answer by chance


@dataclass(frozen=True)
class Fingerprint:
    """The features by which two items are compared; words are stems."""

    text: str
    question_word: str
    words: tuple[str, ...]
    names: frozenset[str]  # capitalised words and numbers, which distinguish France from Spain
    answer: str
    answer_words: tuple[str, ...]
    facts: frozenset[str] = field(default_factory=frozenset)


def take_fingerprint(question: str, answer: str) -> Fingerprint:
    """Reduce an item to what is compared with others: stems, names, numbers and its question word."""
    visible = fold_text(hide_gaps(question))
    question_word = _QUESTION_WORD.search(visible)
    words = extract_stems(visible) + (("do",) if _ENDS_WITH_DO.search(visible) else ())
    answer_words = extract_stems(answer)
    capitalised = " ".join(word for word in visible.split()[1:] if word[:1].isupper())
    return Fingerprint(
        text=visible.casefold(),
        question_word=question_word[1].casefold().replace("which", "what") if question_word else "",
        words=words,
        names=frozenset(extract_stems(capitalised)) | select_numbers(words),
        answer=fold_text(answer).casefold().rstrip(". "),
        answer_words=answer_words,
        facts=frozenset(extract_stems(fill_gaps(question)) + answer_words),
    )


class KnownItems:
    """Items that must not be repeated, indexed by word so that a new one is compared with few in full."""

    def __init__(self, items: Iterable[tuple[str, str]] = ()) -> None:
        self._items: list[Fingerprint] = []
        self._texts: list[str] = []
        self._by_word: defaultdict[str, list[int]] = defaultdict(list)
        for question, answer in items:
            self.add(take_fingerprint(question, answer))

    def add(self, item: Fingerprint) -> None:
        for word in item.facts:
            self._by_word[word].append(len(self._items))
        self._items.append(item)
        self._texts.append(item.text)

    def has(self, item: Fingerprint) -> bool:
        """Return whether a known item asks the same."""
        return any(is_duplicate(item, self._items[index]) for index in self._find_candidates(item))

    def _find_candidates(self, item: Fingerprint) -> set[int]:
        shared = Counter(index for word in item.facts for index in self._by_word.get(word, ()))
        needed = max(1, len(item.facts) // 5)
        close = process.extract(
            item.text, self._texts, scorer=fuzz.ratio, score_cutoff=_MIN_QUESTION_PERCENT, limit=20
        )
        return {index for index, count in shared.items() if count >= needed} | {index for *_, index in close}


def is_duplicate(one: Fingerprint, other: Fingerprint) -> bool:
    """Return whether both ask the same, be it in other words, or the same fact from either side."""
    if one.text == other.text:
        return True
    same_answer = _has_same_answer(one, other)
    first, second = set(one.words), set(other.words)
    if first and first == second:
        return same_answer or (one.question_word == other.question_word and one.words == other.words)
    return (same_answer and _is_reworded(one, other)) or _has_same_facts(one, other)


def _has_same_answer(one: Fingerprint, other: Fingerprint) -> bool:
    if _SHORT_ANSWERS & {one.answer, other.answer} or is_reversed(one.answer_words, other.answer_words):
        return False
    first, second = sorted((set(one.answer_words), set(other.answer_words)), key=len)
    if first and (first == second or (first < second and len(second) <= _MAX_NAME_WORDS)):
        return True
    return fuzz.token_sort_ratio(one.answer, other.answer) >= _MIN_ANSWER_PERCENT


def _is_reworded(one: Fingerprint, other: Fingerprint) -> bool:
    first, second = set(one.words), set(other.words)
    only_first, only_second = first - second, second - first
    if is_reversed(one.words, other.words) or (only_first & one.names and only_second & other.names):
        return False
    if len(only_first) == len(only_second) == 1 and is_typing_error(only_first.pop(), only_second.pop()):
        return True
    shared = first & second
    specific = shared & one.names & other.names or len(one.answer_words) >= _MIN_LONG_ANSWER_WORDS
    return bool(shared) and len(shared) / len(first | second) >= (0.33 if specific else 0.5)


def _has_same_facts(one: Fingerprint, other: Fingerprint) -> bool:
    if len(one.facts) < 6 or is_reversed(tuple(one.facts), tuple(other.facts)):
        return False
    return len(one.facts & other.facts) / len(one.facts | other.facts) >= 0.85


def is_reversed(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Return whether a negation, a comparison or a number makes one say something else than the other."""
    if select_reversing(first) != select_reversing(second):
        return True
    return select_numbers(first) != select_numbers(second)


def select_reversing(stems: tuple[str, ...]) -> frozenset[str]:
    """Return the stems of words such as `not`, `before` or `more`, which reverse a statement."""
    return _REVERSING_STEMS.intersection(stems)


def is_typing_error(one: str, other: str) -> bool:
    """Return whether two long words differ by one letter inside."""
    return min(len(one), len(other)) >= 6 and one[0] == other[0] and Levenshtein.distance(one, other) == 1
