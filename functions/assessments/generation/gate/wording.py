"""Words, stems and numbers of a text, and the completeness of a question or an answer."""

import re
from collections.abc import Iterable

from shared.text.folding import fold_text
from shared.text.stems import inflection_stem


def parse_word_list(text: str) -> frozenset[str]:
    """Return the words of a list that is written as text."""
    return frozenset(text.split())


_WORD = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)?")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
# Words such as "not", "before" or "more" reverse a question, so they count as content.
_FUNCTION_WORDS = parse_word_list(
    """
    a an the this that these those it its they them their he she his her we our you your i my
    is are was were be been being am do does did has have had will would shall should can could may might must
    of to in on at by for from with into onto about as and or nor but so if than then there here
    what which who whom whose when where why how
    also just very really such any some each every other another
    called known mean means meant define defined describe explain
    """
)
_DIGITS = {
    word: str(number)
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1
    )
}
_NUMERALS = _DIGITS | {"zero": "0", "eleven": "11", "twelve": "12", "twenty": "20", "hundred": "100"}
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_NUMBER = re.compile(
    r"(?<![\w.,])(-)?(\d{1,15}(?:[.,]\d{1,15}){0,5})(?:\s(thousand|million|billion|trillion))?", re.IGNORECASE
)
_DANGLING = re.compile(r"(?:^|\s)(?:and|or|the|of|with|because|that|which|whose|than)$", re.IGNORECASE)
_BRACKETS = (("(", ")"), ("[", "]"), ("“", "”"))


def split_words(text: str) -> list[str]:
    """Return every word, folded and in lower case; scripts without spaces give pairs of characters."""
    found: list[str] = []
    for word in _WORD.findall(fold_text(text).casefold()):
        if _UNSPACED.search(word) and len(word) > 1:
            found.extend(word[index : index + 2] for index in range(len(word) - 1))
        else:
            found.append(word.removesuffix("'s"))
    return found


def extract_stems(text: str) -> tuple[str, ...]:
    """Return the stems of the words that carry meaning, in order; numerals up to ten as digits."""
    meaningful = (word for word in split_words(text) if word not in _FUNCTION_WORDS)
    return tuple(_DIGITS.get(word) or inflection_stem(word) for word in meaningful)


def select_numbers(stems: Iterable[str]) -> frozenset[str]:
    """Return the stems that begin with a digit."""
    return frozenset(word for word in stems if word[0].isdigit())


def is_complete_question(text: str) -> bool:
    """Return whether it ends as a question or a request does, says enough, and closes its brackets."""
    ended = text.endswith(("?", "？", "؟", ";", ".", "。", ":"))
    return ended and not has_too_few_words(text) and _has_closed_brackets(text)


def is_complete_answer(text: str) -> bool:
    """Return whether it neither begins nor breaks off within a sentence; `42` is complete.

    The text has at least one character.
    """
    if text[0] in ",;:.)]" or text.endswith((",", ";", ":", "(", "...", "…", " -")):
        return False
    return _has_closed_brackets(text) and not (len(text.split()) >= 3 and _DANGLING.search(text))


def read_numbers(text: str) -> frozenset[float]:
    """Return every number that the text names, in digits or as a word, in each reading.

    `1,000` may be a thousand and may be one.
    """
    found = {float(_NUMERALS[word]) for word in split_words(text) if word in _NUMERALS}
    for match in _NUMBER.finditer(fold_text(text)):
        sign = -1.0 if match[1] else 1.0
        digits = match[2]
        readings = {
            digits.replace(",", ""),
            digits.replace(",", "."),
            digits.replace(".", "").replace(",", "."),
        }
        values = {float(reading) for reading in readings if reading.count(".") <= 1}
        found |= values | {sign * value for value in values}
        if scale := _SCALES.get((match[3] or "").casefold()):
            found |= {scale * value for value in values}
    return frozenset(found)


def has_too_few_words(text: str) -> bool:
    """Return True where the text has fewer than three words."""
    return len(split_words(text)) < 3


def _has_closed_brackets(text: str) -> bool:
    return all(text.count(opening) == text.count(closing) for opening, closing in _BRACKETS)
