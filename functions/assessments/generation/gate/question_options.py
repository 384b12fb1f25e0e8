"""Whether the options of a choice are a fair choice: distinct, of one kind, without a hint."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from functions.assessments.generation.gate.similarity import typing_error
from functions.assessments.generation.gate.support import stands_in
from functions.assessments.generation.gate.verdict import Rule
from functions.assessments.generation.gate.wording import complete_answer, content_words, vocabulary, words
from shared.text.folding import fold_text

MIN_OPTIONS, MAX_OPTIONS, MAX_OPTION = 3, 8, 250
# Options up to EASY characters are read at a glance; longer ones may differ in length by LENGTHS, and the key
# may be longer than every other by KEY_LENGTH.
EASY, LENGTHS, KEY_LENGTH = 24, 3.0, 1.8

_CATCH_ALL = re.compile(
    r"^(?:(?:all|none|any|both|neither|each|either|some|more than one)\s+(?:of\s+)?"
    r"(?:the\s+|these\b|those\b|them\b)"
    r"|(?:all|none|both|neither)$|(?:all|none) (?:are|is) (?:correct|right|true)"
    r"|(?:both |only |either |neither )?(?:options? |answers? |choices? )?\(?[a-h1-8]\)?(?:, \(?[a-h1-8]\)?)*"
    r",? (?:and|or|nor|&) \(?[a-h1-8]\)?$"
    r"|not enough information|(?:it )?cannot be determined"
    r"|alle? (?:der |die )?(?:oben|genannt|antworten)|kein[es]* (?:der|davon|antwort)"
    r"|tou(?:te)?s (?:les )?(?:réponses|ce)|aucune? (?:de|réponse)|todas? las|ningun[oa]s? de"
    r"|tutte le|nessun[oa] de)",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"^\W*\d[\d.,:/\s]*(?:[^\W\d]\S*\s*){0,3}$")
_RELATES = re.compile(
    r"\b(?:is|are|was|were|has|have|had|of|to|into|in|on|by|for|from|with|not|but|than|while)\b"
)
_ABSOLUTE = vocabulary(
    "always never all every none only completely absolutely entirely impossible solely exclusively nobody"
)


def flaws(options: Sequence[str], correct: Sequence[int], *, quote: str, question: str) -> Iterator[Rule]:
    """The rules that the options break; `correct` are valid places."""
    right = [options[place] for place in correct]
    wrong = [option for place, option in enumerate(options) if place not in correct]
    if not all(complete_answer(option) for option in options):
        yield Rule.FRAGMENT
    if any(_CATCH_ALL.search(fold_text(option)) for option in options):
        yield Rule.CATCH_ALL_OPTION
    if any(_same(one, other) for one, other in combinations(options, 2)):
        yield Rule.SAME_OPTIONS
    if not _of_one_kind(options) or not _of_like_length(right, wrong):
        yield Rule.MIXED_OPTIONS
    if absolutes(" ".join(wrong)) - absolutes(f"{quote} {question} {' '.join(right)}"):
        yield Rule.ABSOLUTE_WORDING
    if any(stated_as_right(option, right, quote) for option in wrong):
        yield Rule.SUSPECT_DISTRACTOR


def absolutes(text: str) -> frozenset[str]:
    """The words that admit no exception, by which test-wise readers tell a wrong option."""
    return _ABSOLUTE.intersection(words(text))


def stated_as_right(option: str, right: Sequence[str], quote: str) -> bool:
    """Whether the quote says of a wrong option what it says of the right one: it names both in one row, or
    the wrong one alone."""
    found = stands_in(option, quote)
    if found is None:
        return False
    keys = [match for key in right if (match := stands_in(key, quote))]
    return not keys or any(_in_one_row(found, key, quote) for key in keys)


def _in_one_row(one: re.Match[str], other: re.Match[str], quote: str) -> bool:
    """`light, water and air`: between the two stand only commas, `and`, `or` and short further items."""
    first, second = sorted((one.span(), other.span()))
    between = fold_text(quote).casefold()[first[1] : second[0]]
    items = re.split(r",|\band\b|\bor\b|;", between)
    return len(items) > 1 and all(len(item.split()) <= 3 and not _RELATES.search(item) for item in items)


def _same(one: str, other: str) -> bool:
    first, second = content_words(one) or tuple(words(one)), content_words(other) or tuple(words(other))
    if not first or not second:  # signs, such as operators
        return fold_text(one).strip() == fold_text(other).strip()
    if set(first) == set(second):
        return sorted(first) == sorted(second) and (len(first) == 1 or first == second)
    only = set(first) ^ set(second)
    return len(only) == 2 and len(first) == len(second) and typing_error(*sorted(only))


def _of_one_kind(options: Sequence[str]) -> bool:
    figures = [bool(_FIGURE.match(fold_text(option))) for option in options]
    return all(figures) or not any(figures)


def _of_like_length(right: Sequence[str], wrong: Sequence[str]) -> bool:
    lengths = [len(option) for option in (*right, *wrong)]
    if max(lengths) <= EASY:
        return True
    longest_wrong = max(map(len, wrong), default=0)
    telling = len(right) == 1 and len(right[0]) > max(EASY, KEY_LENGTH * longest_wrong)
    return not telling and max(lengths) <= LENGTHS * max(min(lengths), EASY / 2)
