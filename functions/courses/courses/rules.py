"""Values of a course, and the terms that find it in a search."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from functions.courses.courses.models import Course
from shared.text.search import get_inner_limit, list_inner_starts, split_words

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")
_MAX_TERM_CHARS = 40
_MAX_TERMS = 400


class CardNumbers(NamedTuple):
    """The numbers of a course's cards: all, and those that the list of due cards shows today."""

    total: int
    due: int


def is_language(text: str) -> bool:
    """Tell whether the text is a BCP 47 tag or the name of a language in any script."""
    return bool(_LANGUAGE_TAG.fullmatch(text)) or (
        len(text) >= 2 and text[0].isalpha() and all(_is_name_character(character) for character in text)
    )


def ends_before_start(start: date | None, end: date | None) -> bool:
    """Tell whether both dates are given in the wrong order."""
    return start is not None and end is not None and end < start


def index_course(course: Course) -> Course:
    """Return the course with the terms that find it in a search."""
    return course.model_copy(update={"search_terms": build_search_terms(course.name, course.course_code)})


def build_search_terms(*texts: str) -> tuple[str, ...]:
    """Build every prefix of every run of words: `linear alg` finds Linear Algebra.

    An index on the terms answers a search at the cost of one page. Letters within a word find nothing, except
    where words are written without spaces: there shorter prefixes begin at each letter. The shortest terms
    come first.
    """
    phrases = [(phrase, limit) for text in texts for phrase, limit in _list_phrases(split_words(text))]
    lengths = range(1, _MAX_TERM_CHARS + 1)
    terms = {phrase[:length]: None for length in lengths for phrase, limit in phrases if length <= limit}
    return tuple(terms)[:_MAX_TERMS]


def build_search_term(text: str) -> str:
    """Build the term that a search looks up; empty if the text has no words."""
    phrase = build_phrase(text)
    return phrase[: get_inner_limit(phrase) or _MAX_TERM_CHARS].rstrip()


def build_phrase(text: str) -> str:
    """Build the folded words of a search, of which its term may be only the beginning."""
    return " ".join(split_words(text))[:_MAX_TERM_CHARS].rstrip()


def contains_phrase(course: Course, phrase: str) -> bool:
    """Tell whether the words of a search follow each other in the name or the code."""
    phrases = (
        each for text in (course.name, course.course_code) for each, _ in _list_phrases(split_words(text))
    )
    return any(each.startswith(phrase) for each in phrases)


def _list_phrases(words: list[str]) -> Iterator[tuple[str, int]]:
    """Yield what follows each place where a search may begin, and how many characters of it are terms."""
    for index, word in enumerate(words):
        phrase = " ".join(words[index:])
        yield phrase, _MAX_TERM_CHARS
        for start in list_inner_starts(word):
            yield phrase[start:], get_inner_limit(phrase[start:]) or _MAX_TERM_CHARS


def _is_name_character(character: str) -> bool:
    return character in " -'’()," or unicodedata.category(character)[0] in "LM"
