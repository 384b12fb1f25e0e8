"""No file of a quiz or a deck takes more than its share of time for a longer text inside of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from html import escape
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest

from functions.assessments.flashcards.cards.rules import find_gap_problem
from functions.assessments.flashcards.decks import json_deck, tables
from functions.assessments.flashcards.decks.errors import NotADeck
from functions.assessments.flashcards.decks.items import Target
from functions.assessments.quizzes.exchange.formats import read_file
from shared.errors import ApiError
from shared.model.offline.grammar import tag_words
from tests.growth import is_linear
from tests.patterns import UNITS
from tests.whole.test_linear_time import repeat

_TARGET = Target("u", "c", ZoneInfo("UTC"), datetime(2026, 3, 2, tzinfo=UTC))
_MOODLE = (
    '<quiz><question type="{kind}"><name><text>Q</text></name><questiontext format="html"><text>{text}</text>'
    '</questiontext><answer fraction="100"><text>{text}</text></answer></question></quiz>'
)
_QTI = (
    '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="q" title="Q">'
    '<responseDeclaration identifier="R" cardinality="single" baseType="string"/>'
    "<itemBody><p>{text}</p><extendedTextInteraction responseIdentifier='R'/></itemBody></assessmentItem>"
)
_QTI_1 = (
    '<questestinterop><item ident="q" title="Q"><presentation><material><mattext>{text}</mattext></material>'
    '<response_str ident="r"><render_fib/></response_str></presentation></item></questestinterop>'
)


def read_quiz(build: Callable[[str], str], text: str) -> None:
    try:
        read_file(build(text).encode("utf-8", "surrogatepass"))
    except ApiError:
        return


def read_deck(build: Callable[[str], str], read: Callable[..., object], text: str) -> None:
    try:
        list(read(BytesIO(build(text).encode("utf-8", "surrogatepass")), _TARGET))  # type: ignore[call-overload]
    except (ApiError, NotADeck, UnicodeDecodeError):
        return


def fill(template: str, text: str, **fields: str) -> str:
    clean = "".join(c for c in text if c.isprintable() or c in "\n\t")
    return template.format(text=escape(clean), **fields)


def build_json(text: str) -> str:
    question = {"question_type": "essay", "question_text": text}
    return json.dumps(
        {"format": "aksio.quiz", "version": 1, "quiz": {"title": text}, "questions": [question]}
    )


READERS: dict[str, Callable[[str], object]] = {
    "GIFT": partial(read_quiz, str),
    "GIFT in an answer": partial(read_quiz, "Why? {{={}}}".format),
    "Moodle": partial(read_quiz, partial(fill, _MOODLE, kind="shortanswer")),
    "Moodle's gaps": partial(read_quiz, partial(fill, _MOODLE, kind="cloze")),
    "Moodle's choices": partial(read_quiz, partial(fill, _MOODLE, kind="multichoice")),
    "QTI 2": partial(read_quiz, partial(fill, _QTI)),
    "QTI 1": partial(read_quiz, partial(fill, _QTI_1)),
    "JSON of quizzes": partial(read_quiz, build_json),
    "JSON of cards": partial(
        read_deck, lambda text: json.dumps([{"question": text, "answer": text}]), json_deck.read
    ),
    "bare JSON of cards": partial(read_deck, lambda text: f"[{text}", json_deck.read),
    "tables of cards": partial(read_deck, lambda text: f"question,answer\n{text}", tables.read),
    "a cell of a table": partial(read_deck, lambda text: f'question,answer\n"{text}",a', tables.read),
    "gaps of a question": find_gap_problem,
    "words of a sentence": tag_words.__wrapped__,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_a_file_takes_time_in_proportion_to_its_texts(name: str) -> None:
    for unit in (
        *UNITS,
        "{{c1::a}}",
        "{c1::",
        "{1:SA:=a}",
        "=a ",
        "~",
        "::a::",
        '"a",',
        "<p>",
        "&amp;",
        '{"a":',
    ):
        assert is_linear(READERS[name], partial(repeat, unit), limit=8_000), f"{unit!r} repeated"
