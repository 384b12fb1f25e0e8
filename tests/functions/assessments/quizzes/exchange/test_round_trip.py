"""Tests that export and import keep a quiz, as far as the format can represent it.

`EXCHANGE_EXAMPLES` (15) is the number of quizzes for each format; thousands need `--timeout=0`.
"""

import os
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.assessments.quizzes.exchange.errors import NotAQuiz
from functions.assessments.quizzes.exchange.formats import read_file
from functions.assessments.quizzes.exchange.gift_writer import write_gift
from functions.assessments.quizzes.exchange.json_format import write_json
from functions.assessments.quizzes.exchange.models import FoundQuestion, WrittenFile
from functions.assessments.quizzes.exchange.moodle_writer import write_moodle
from functions.assessments.quizzes.exchange.qti_writer import write_qti
from functions.assessments.quizzes.exchange.service import check_questions, check_settings
from functions.assessments.quizzes.questions.models import NewQuestion, Question
from functions.assessments.quizzes.quizzes.models import Quiz
from tests.functions.assessments.quizzes.exchange.strategies import get_content, quizzes

EXAMPLES = settings(
    max_examples=int(os.environ.get("EXCHANGE_EXAMPLES", "15")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],  # as slow as the machine is busy
)

Made = tuple[Quiz, list[Question]]


def read_back(written: WrittenFile) -> tuple[dict[str, object], list[NewQuestion]]:
    reading = read_file(written.content)
    questions, errors = check_questions(reading, lambda: "id")
    assert errors == []
    return check_settings(reading, "nothing", title=None), questions


@EXAMPLES
@given(quizzes())
def test_json_keeps_everything(made: Made) -> None:
    quiz, questions = made
    told, found = read_back(write_json(quiz, questions))
    assert told == {name: getattr(quiz, name) for name in told}
    assert len(told) == 11
    assert [get_content(question) for question in found] == [get_content(question) for question in questions]


@EXAMPLES
@given(quizzes())
def test_qti_keeps_the_fields_it_supports(made: Made) -> None:
    quiz, questions = made
    told, found = read_back(write_qti(quiz, questions))
    known = ("title", "time_limit_minutes", "randomize_questions", "questions_per_attempt")
    expected = {name: getattr(quiz, name) for name in known}
    assert told == {name: value for name, value in expected.items() if value is not None}
    lost = ("tags", "concept", "difficulty_level", "citation", "confidence", "generator")
    assert [get_content(question, *lost) for question in found] == [
        get_content(question, *lost) for question in questions
    ]


@EXAMPLES
@given(quizzes(("multiple_choice", "multiple_select", "true_false", "short_answer", "numeric", "essay")))
def test_gift_keeps_the_fields_it_supports(made: Made) -> None:
    quiz, questions = made
    told, found = read_back(write_gift(quiz, questions))
    assert told == {"title": quiz.title}
    lost = ("points", "rubric", "concept", "difficulty_level", "citation", "confidence", "generator")
    assert [get_content(question, *lost) for question in found] == [
        get_content(question, *lost) for question in questions
    ]


@EXAMPLES
@given(quizzes(("multiple_choice", "multiple_select", "true_false", "short_answer", "numeric")))
def test_moodle_keeps_the_fields_it_supports(made: Made) -> None:
    quiz, questions = made
    _, found = read_back(write_moodle(quiz, questions))
    lost = ("concept", "difficulty_level", "citation", "confidence", "generator")
    assert [get_content(question, *lost) for question in found] == [
        get_content(question, *lost) for question in questions
    ]


@EXAMPLES
@given(quizzes(("code",)))
def test_gift_turns_code_into_an_essay(made: Made) -> None:
    _, found = read_back(write_gift(*made))
    assert [question.question_type for question in found] == ["essay"] * len(made[1])


_STRANGE = st.lists(
    st.sampled_from(
        ["~", "=", "#", "####", "{", "}", ":", "::", "\\", "%50%", "->", "..", "T", "1", "\n", "\n\n", "//",
         "[html]", "[tag:", "]", "$CATEGORY:", "<p>", "<script>", "</script>", "<!--", "&#0;", "&#x110000;",
         "a", " "]
    ),
    max_size=40,
).map("".join)  # fmt: skip


@EXAMPLES
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode), _STRANGE.map(str.encode)))
def test_any_content_is_read_or_refused(raw: bytes) -> None:
    try:
        reading = read_file(raw)
        check_questions(reading, lambda: "id")
    except NotAQuiz:
        return
    assert any(isinstance(item, FoundQuestion) for item in reading.items)


@EXAMPLES
@given(quizzes(), st.data())
def test_a_damaged_file_is_read_or_refused(made: Made, data: st.DataObject) -> None:
    written = data.draw(st.sampled_from([write_gift, write_qti, write_moodle, write_json]))(*made)
    raw = bytearray(written.content)
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        raw = raw or bytearray(b"x")
    with suppress(NotAQuiz):
        check_questions(read_file(bytes(raw)), lambda: "id")
