"""Whether two cards ask the same thing, judged by question and answer together."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from functions.assessments.generation.gate.cloze import blanked, filled
from functions.assessments.generation.gate.wording import content_words, numbers, vocabulary
from shared.text.folding import fold_text

_ASKED = re.compile(r"\b(who|when|where|why|how|what|which)\b", re.IGNORECASE)
_ASKED_DO = re.compile(r"\bdo\?$")
_TURNS = vocabulary(  # as stems
    "not no never without cannot can't don't doesn't isn't aren't befor after more less most least"
)
_SHORT_ANSWERS = frozenset({"yes", "no", "true", "false", "both", "neither"})
_SAME_ANSWER = 85.0  # token sort ratio from which two answers say the same
_TYPING_ERROR = 80.0  # the same for questions worth a closer look though they share no word
_NAME_WORDS = 3  # `Shakespeare` answers as `William Shakespeare` does
_LONG_ANSWER = 5  # content words: so long an answer is shared by chance only rarely


@dataclass(frozen=True)
class Fingerprint:
    """What two cards are compared by."""

    text: str
    asked: str
    words: tuple[str, ...]
    names: frozenset[str]  # capitalised words and numbers: what tells France from Spain
    answer: str
    answer_words: tuple[str, ...]
    facts: frozenset[str] = field(default_factory=frozenset)


def fingerprint(question: str, answer: str) -> Fingerprint:
    visible = fold_text(blanked(question))
    asked = _ASKED.search(visible)
    words = content_words(visible) + (("do",) if _ASKED_DO.search(visible) else ())
    answer_words = content_words(answer)
    inner = " ".join(word for word in visible.split()[1:] if word[:1].isupper())
    return Fingerprint(
        text=visible.casefold(),
        asked=asked[1].casefold().replace("which", "what") if asked else "",
        words=words,
        names=frozenset(content_words(inner)) | numbers(words),
        answer=fold_text(answer).casefold().rstrip(". "),
        answer_words=answer_words,
        facts=frozenset(content_words(filled(question)) + answer_words),
    )


class KnownCards:
    """The cards so far, found again by the words they share; never compares with all of them in full."""

    def __init__(self, cards: Iterable[tuple[str, str]] = ()) -> None:
        self._cards: list[Fingerprint] = []
        self._texts: list[str] = []
        self._by_word: defaultdict[str, list[int]] = defaultdict(list)
        for question, answer in cards:
            self.add(fingerprint(question, answer))

    def add(self, card: Fingerprint) -> None:
        for word in card.facts:
            self._by_word[word].append(len(self._cards))
        self._cards.append(card)
        self._texts.append(card.text)

    def has(self, card: Fingerprint) -> bool:
        return any(same_card(card, self._cards[index]) for index in self._alike(card))

    def _alike(self, card: Fingerprint) -> set[int]:
        shared = Counter(index for word in card.facts for index in self._by_word.get(word, ()))
        needed = max(1, len(card.facts) // 5)
        close = process.extract(
            card.text, self._texts, scorer=fuzz.ratio, score_cutoff=_TYPING_ERROR, limit=20
        )
        return {index for index, count in shared.items() if count >= needed} | {index for *_, index in close}


def same_card(one: Fingerprint, other: Fingerprint) -> bool:
    """The same question, the same question in other words, or the same fact asked from either side."""
    if one.text == other.text:
        return True
    answers = _same_answer(one, other)
    first, second = set(one.words), set(other.words)
    if first and first == second:
        return answers or (one.asked == other.asked and one.words == other.words)
    return (answers and _reworded(one, other)) or _same_facts(one, other)


def _same_answer(one: Fingerprint, other: Fingerprint) -> bool:
    if _SHORT_ANSWERS & {one.answer, other.answer} or turned(one.answer_words, other.answer_words):
        return False
    first, second = sorted((set(one.answer_words), set(other.answer_words)), key=len)
    if first and (first == second or (first < second and len(second) <= _NAME_WORDS)):
        return True
    return fuzz.token_sort_ratio(one.answer, other.answer) >= _SAME_ANSWER


def _reworded(one: Fingerprint, other: Fingerprint) -> bool:
    first, second = set(one.words), set(other.words)
    only_first, only_second = first - second, second - first
    if turned(one.words, other.words) or (only_first & one.names and only_second & other.names):
        return False
    if len(only_first) == len(only_second) == 1 and typing_error(only_first.pop(), only_second.pop()):
        return True
    shared = first & second
    settled = shared & one.names & other.names or len(one.answer_words) >= _LONG_ANSWER
    return bool(shared) and len(shared) / len(first | second) >= (0.33 if settled else 0.5)


def _same_facts(one: Fingerprint, other: Fingerprint) -> bool:
    if len(one.facts) < 6 or turned(tuple(one.facts), tuple(other.facts)):
        return False
    return len(one.facts & other.facts) / len(one.facts | other.facts) >= 0.85


def turned(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether a negation, an order or a number makes one the opposite of the other."""
    return turns(first) != turns(second) or numbers(first) != numbers(second)


def turns(stems: tuple[str, ...]) -> frozenset[str]:
    """The words among them that turn a statement round."""
    return _TURNS.intersection(stems)


def typing_error(one: str, other: str) -> bool:
    """Whether two long words differ by one letter inside."""
    return min(len(one), len(other)) >= 6 and one[0] == other[0] and Levenshtein.distance(one, other) == 1
