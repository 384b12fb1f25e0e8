"""Fairness of a choice: options that are distinct, of one kind, and without a hint to the key."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from functions.assessments.generation.gate.similarity import is_typing_error
from functions.assessments.generation.gate.support import find_verbatim
from functions.assessments.generation.gate.verdict import Rule
from functions.assessments.generation.gate.wording import (
    extract_stems,
    is_complete_answer,
    parse_word_list,
    split_words,
)
from shared.text.folding import fold_text

MIN_OPTIONS, MAX_OPTIONS, MAX_OPTION_CHARS = 3, 8, 250
_SHORT_OPTION_CHARS = 24  # options up to this length are read at a glance; their lengths give no hint
_MAX_LENGTH_RATIO = 3.0  # of the longest option to the shortest
_MAX_KEY_LENGTH_RATIO = 1.8  # of the key to the longest wrong option

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
_QUANTITY = re.compile(r"^\W*\d[\d.,:/\s]*(?:[^\W\d]\S*\s*){0,3}$")
_RELATING_WORDS = re.compile(
    r"\b(?:is|are|was|were|has|have|had|of|to|into|in|on|by|for|from|with|not|but|than|while)\b"
)
_ABSOLUTE_WORDS = parse_word_list(
    "always never all every none only completely absolutely entirely impossible solely exclusively nobody"
)


def find_flaws(
    options: Sequence[str], correct: Sequence[int], *, quote: str, question: str
) -> Iterator[Rule]:
    """Yield the rules that the options break; `correct` holds the valid places of right options."""
    right = [options[place] for place in correct]
    wrong = [option for place, option in enumerate(options) if place not in correct]
    if not all(is_complete_answer(option) for option in options):
        yield Rule.FRAGMENT
    if any(_CATCH_ALL.search(fold_text(option)) for option in options):
        yield Rule.CATCH_ALL_OPTION
    if any(_is_same_option(one, other) for one, other in combinations(options, 2)):
        yield Rule.SAME_OPTIONS
    if not _are_of_one_kind(options) or not _are_of_like_length(right, wrong):
        yield Rule.MIXED_OPTIONS
    if find_absolutes(" ".join(wrong)) - find_absolutes(f"{quote} {question} {' '.join(right)}"):
        yield Rule.ABSOLUTE_WORDING
    if any(_is_stated_as_right(option, right, quote) for option in wrong):
        yield Rule.SUSPECT_DISTRACTOR


def find_absolutes(text: str) -> frozenset[str]:
    """Return the words that admit no exception, by which experienced test-takers recognise a wrong option."""
    return _ABSOLUTE_WORDS.intersection(split_words(text))


def _is_stated_as_right(option: str, right: Sequence[str], quote: str) -> bool:
    """Return whether the quote lists a wrong option together with a right one, or has only the wrong one."""
    found = find_verbatim(option, quote)
    if found is None:
        return False
    keys = [match for key in right if (match := find_verbatim(key, quote))]
    return not keys or any(_are_listed_together(found, key, quote) for key in keys)


def _are_listed_together(one: re.Match[str], other: re.Match[str], quote: str) -> bool:
    """Return whether only commas, `and`, `or` and short items are between them: `light, water and air`."""
    first, second = sorted((one.span(), other.span()))
    between = fold_text(quote).casefold()[first[1] : second[0]]
    items = re.split(r",|\band\b|\bor\b|;", between)
    return len(items) > 1 and all(
        len(item.split()) <= 3 and not _RELATING_WORDS.search(item) for item in items
    )


def _is_same_option(one: str, other: str) -> bool:
    first, second = _stem_option(one), _stem_option(other)
    if not first or not second:  # signs, such as operators
        return fold_text(one).strip() == fold_text(other).strip()
    if set(first) == set(second):
        return sorted(first) == sorted(second) and (len(first) == 1 or first == second)
    different = set(first) ^ set(second)
    return len(different) == 2 and len(first) == len(second) and is_typing_error(*sorted(different))


def _stem_option(option: str) -> tuple[str, ...]:
    return extract_stems(option) or tuple(split_words(option))


def _are_of_one_kind(options: Sequence[str]) -> bool:
    are_quantities = [bool(_QUANTITY.match(fold_text(option))) for option in options]
    return all(are_quantities) or not any(are_quantities)


def _are_of_like_length(right: Sequence[str], wrong: Sequence[str]) -> bool:
    lengths = [len(option) for option in (*right, *wrong)]
    if max(lengths) <= _SHORT_OPTION_CHARS:
        return True
    longest_wrong = max(map(len, wrong), default=0)
    longest_key = max(_SHORT_OPTION_CHARS, _MAX_KEY_LENGTH_RATIO * longest_wrong)
    if len(right) == 1 and len(right[0]) > longest_key:
        return False
    return max(lengths) <= _MAX_LENGTH_RATIO * max(min(lengths), _SHORT_OPTION_CHARS / 2)
