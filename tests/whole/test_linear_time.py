"""No pattern and no parser takes more than its share of time for a longer text, however it is made."""

import inspect
import re
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from functions.assessments.flashcards.decks.gaps import keep_gap, list_hidden
from functions.assessments.flashcards.decks.markup import list_media_names, to_html, to_plain
from functions.assessments.flashcards.decks.rendering import render
from functions.assessments.flashcards.decks.table_layout import detect_separator
from functions.assessments.flashcards.decks.table_rows import split_rows
from functions.assessments.generation.gate.markup import clean_text, has_images, is_unsafe
from functions.assessments.quizzes.exchange.markup import extract_text as quiz_text
from infra.local.retrieval.blocks import Unreadable
from infra.local.retrieval.markdown import parse_markdown
from infra.local.retrieval.plain import parse_plain
from shared.errors import ApiError
from shared.model.offline.suitability import is_plain_prose
from shared.text.sentences import split_sentences
from shared.web.body import measure
from tests.growth import is_linear, measure_seconds
from tests.patterns import UNITS, find_patterns, list_units

# Patterns whose time grows faster, but which see no more than this many characters at once: their callers
# hold the bound, also where tests/whole/test_linear_files.py and infra/growth.py give them longer texts.
BOUNDED = {
    "functions.assessments.flashcards.cards.rules._GAP": 10_000,  # up to the last end of a gap
    "shared.model.offline.list_questions._WHAT_ARE": 600,  # of a question that ends with its mark
    "shared.model.offline.lists._HAS": 300,  # of a sentence
    "shared.model.offline.lists._MEMBERS": 300,
    "shared.model.offline.segmentation._BROKEN_WORD": 24,  # the end of a line
}
_SIZE = 4000
_SUSPICIOUS_SECONDS = 0.004
_OWN = ("infra.local.demo.", "infra.concurrency.", "infra.growth.")  # read what this repository writes

PATTERNS = {name: pattern for name, pattern in find_patterns().items() if not name.startswith(_OWN)}


def find_uses(name: str, pattern: re.Pattern[Any]) -> list[Callable[[Any], object]]:
    """Return how the module runs a pattern: from the start of a text only, or wherever it matches."""
    module, _, variable = name.partition("[")[0].rpartition(".")
    source = inspect.getsource(sys.modules[module])
    methods = set(re.findall(rf"\b{re.escape(variable)}\.(\w+)\(", source))
    if methods and methods <= {"match", "fullmatch"}:
        return [getattr(pattern, method) for method in sorted(methods)]
    return [lambda text: sum(1 for _ in pattern.finditer(text))]


def repeat(unit: str, size: int, *, tail: str = "", binary: bool = False) -> Any:
    text = (unit * (size // len(unit) + 1))[:size] + tail
    return text.encode("utf-8", "surrogatepass") if binary else text


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_a_pattern_takes_time_in_proportion_to_the_text(name: str) -> None:
    pattern = PATTERNS[name]
    binary = isinstance(pattern.pattern, bytes)
    size = min(_SIZE, BOUNDED.get(name, _SIZE))
    for use in find_uses(name, pattern):
        for unit in list_units(pattern):
            for tail in ("", "\x00"):
                make = partial(repeat, unit, tail=tail, binary=binary)
                seconds = [measure_seconds(partial(use, make(at)), runs=1) for at in (20, 100, size)]
                if name in BOUNDED or seconds[-1] < _SUSPICIOUS_SECONDS:
                    continue
                assert is_linear(use, make, start=size), f"{unit!r} repeated"


def fill(text: str) -> None:
    """Fill the filters of a template, within the limits of one."""
    try:
        render("{{furigana:A}}{{kanji:A}}{{cloze:A}}{{hint:A}}", text[:32_768], {"A": text[:60_000]}, gap=1)
    except ApiError:
        return


def split(text: str) -> None:
    for separator in ("\t", ";"):
        for _ in split_rows(text.splitlines(keepends=True), separator):
            pass


def refuse(parse: Callable[[bytes], object], text: str) -> None:
    try:
        parse(text.encode("utf-8", "surrogatepass"))
    except (ApiError, Unreadable):
        return


PARSERS: dict[str, Callable[[str], object]] = {
    "cards to HTML": to_html,
    "media of cards": list_media_names,
    "HTML of cards": to_plain,
    "gaps of cards": lambda text: (keep_gap(text, 1), list_hidden(text, 1)),
    "templates of cards": fill,
    "rows of tables": split,
    "separators of tables": detect_separator,
    "the gate's judgement": is_unsafe,
    "the gate's images": has_images,
    "the gate's cleaning": clean_text,
    "HTML of quizzes": quiz_text,
    "sentences": split_sentences,
    "bodies": partial(refuse, measure),
    "Markdown": partial(refuse, parse_markdown),
    "plain text": partial(refuse, parse_plain),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_takes_time_in_proportion_to_the_text(name: str) -> None:
    parse = PARSERS[name]
    units = (
        *UNITS, "[sound:", "<b <c ", "<https://", "[a](", '[](/ "', "{{c1::a}}", '{"a":', '"a\n', '";"',
        "<sup>", "<math><mi>", "<td>", "<li>", "a[b]", "<pre>\n", "[anki:tts]",
        "<a href=http://a>", "<!--", "{{#A}}",
    )  # fmt: skip
    for unit in units:
        assert is_linear(parse, partial(repeat, unit), limit=50_000), f"{unit!r} repeated"


def test_cards_are_made_of_sentences_within_the_bound() -> None:
    sentence = f"A cell has two parts: {'a wall and ' * 50}a core."
    bound = BOUNDED["shared.model.offline.lists._HAS"]
    assert is_plain_prose("A cell has two parts: a wall and a core.")
    assert not is_plain_prose(f"{sentence[: bound - 9]} and more.")


def test_every_bound_is_that_of_a_pattern() -> None:
    assert set(BOUNDED) <= set(PATTERNS)
    assert len(PATTERNS) > 150
