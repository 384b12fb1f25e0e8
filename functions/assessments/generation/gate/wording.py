"""Words as the gate weighs them: which carry meaning, and whether a text is complete."""

import re

from shared.text.folding import fold_text
from shared.text.stems import inflection_stem


def vocabulary(text: str) -> frozenset[str]:
    """The words of a list written out as text."""
    return frozenset(text.split())


_WORD = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)?")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
# Words such as "not", "before" or "more" turn a question round, so they count as content.
_FUNCTION_WORDS = vocabulary(
    """
    a an the this that these those it its they them their he she his her we our you your i my
    is are was were be been being am do does did has have had will would shall should can could may might must
    of to in on at by for from with into onto about as and or nor but so if than then there here
    what which who whom whose when where why how
    also just very really such any some each every other another
    called known mean means meant define defined describe explain
    """
)
_NUMERALS = {
    word: str(number)
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1
    )
}
_COUNTED = _NUMERALS | {"zero": "0", "eleven": "11", "twelve": "12", "twenty": "20", "hundred": "100"}
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_FIGURE = re.compile(
    r"(?<![\w.,])(-)?(\d{1,15}(?:[.,]\d{1,15}){0,5})(?:\s(thousand|million|billion|trillion))?", re.IGNORECASE
)
_DANGLING = re.compile(r"(?:^|\s)(?:and|or|the|of|with|because|that|which|whose|than)$", re.IGNORECASE)
_PAIRS = (("(", ")"), ("[", "]"), ("“", "”"))


def words(text: str) -> list[str]:
    """Every word, folded and in lower case; scripts without spaces give pairs of characters."""
    found: list[str] = []
    for word in _WORD.findall(fold_text(text).casefold()):
        if _UNSPACED.search(word) and len(word) > 1:
            found.extend(word[index : index + 2] for index in range(len(word) - 1))
        else:
            found.append(word.removesuffix("'s"))
    return found


def content_words(text: str) -> tuple[str, ...]:
    """Return the stems of the words that carry meaning, in order; numerals up to ten as digits."""
    meaningful = (word for word in words(text) if word not in _FUNCTION_WORDS)
    return tuple(_NUMERALS.get(word) or inflection_stem(word) for word in meaningful)


def numbers(stems: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for word in stems if word[0].isdigit())


def complete_question(text: str) -> bool:
    """Ends as a question or a request does, says enough, and nothing in it is left open."""
    return text.endswith(("?", "？", "؟", ";", ".", "。", ":")) and not too_few_words(text) and _closed(text)


def complete_answer(text: str) -> bool:
    """Neither begins nor breaks off in the middle; short answers such as `42` are complete."""
    if text[0] in ",;:.)]" or text.endswith((",", ";", ":", "(", "...", "…", " -")):
        return False
    return _closed(text) and not (len(text.split()) >= 3 and _DANGLING.search(text))


def figures(text: str) -> frozenset[float]:
    """Every number the text names, in digits or as a word; `1,000` may be a thousand and may be one."""
    plain = fold_text(text)
    found = {float(_COUNTED[word]) for word in words(text) if word in _COUNTED}
    for match in _FIGURE.finditer(plain):
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


def too_few_words(text: str) -> bool:
    return len(words(text)) < 3


def _closed(text: str) -> bool:
    return all(text.count(opening) == text.count(closing) for opening, closing in _PAIRS)
