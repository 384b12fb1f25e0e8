"""Tests of reading QTI 2.1 as other tools write it."""

from typing import Any

import pytest

from functions.assessments.quizzes.exchange.formats import read_file
from functions.assessments.quizzes.exchange.models import FoundQuestion, RejectedQuestion
from tests.functions.assessments.quizzes.exchange.qti_documents import (
    build_capitals,
    build_item,
    build_package,
    build_response,
)

ENTRY = '<p>Two and two is <textEntryInteraction responseIdentifier="R"/> at least.</p>'
ESSAY = '<p>Why?</p><extendedTextInteraction responseIdentifier="R"/>'
NUMBER = '<responseProcessing><equal toleranceMode="{mode}" tolerance="{tolerance}"/></responseProcessing>'


def read_one(content: bytes) -> dict[str, Any]:
    (found,) = read_file(content).items
    assert isinstance(found, FoundQuestion), found
    return dict(found.fields)


def read_error(content: bytes) -> str:
    (found,) = read_file(content).items
    assert isinstance(found, RejectedQuestion), found
    return found.error


def test_a_choice_is_read_as_visible_text() -> None:
    fields = read_one(build_capitals(["A"]))
    assert fields["question_type"] == "multiple_choice"
    assert fields["question_text"] == "Which is the capital\nof Canada?\nChoose."
    assert fields["options"] == [
        {"text": "Ottawa", "is_correct": True},
        {"text": "Toronto & more", "is_correct": False},
        {"text": "a picture", "is_correct": False},
    ]


def test_a_multiple_response_selects_several() -> None:
    fields = read_one(build_capitals(["A", "C"], "multiple"))
    assert fields["question_type"] == "multiple_select"
    assert [option["is_correct"] for option in fields["options"]] == [True, False, True]


def test_true_and_false_make_a_true_false_question() -> None:
    choices = "".join(f'<simpleChoice identifier="{x}">{x}</simpleChoice>' for x in ("true", "false"))
    body = f'<p>Is it?</p><choiceInteraction responseIdentifier="R">{choices}</choiceInteraction>'
    assert read_one(build_item(body, build_response(["true"])))["question_type"] == "true_false"


def test_a_text_entry_leaves_a_gap_and_accepts_the_best_answers() -> None:
    mapping = (
        '<mapping><mapEntry mapKey="four" mappedValue="2"/><mapEntry mapKey="4" mappedValue="2.0"/>'
        '<mapEntry mapKey="five" mappedValue="0.5"/></mapping>'
    )
    fields = read_one(build_item(ENTRY, build_response(["four"], base="string", inner=mapping)))
    assert fields["question_text"] == "Two and two is _____ at least."
    assert (fields["question_type"], fields["accepted_answers"]) == ("short_answer", ["four", "4"])


@pytest.mark.parametrize(
    ("mode", "tolerance", "expected"),
    [
        ("exact", "1", (4.0, 0.0)),
        ("absolute", "0.5", (4.0, 0.5)),
        ("absolute", "0.5 0.5", (4.0, 0.5)),
        ("absolute", "0 1", (4.5, 0.5)),
        ("relative", "10", (4.0, 0.4)),
    ],
)
def test_a_number_has_its_tolerance(mode: str, tolerance: str, expected: tuple[float, float]) -> None:
    rest = NUMBER.format(mode=mode, tolerance=tolerance)
    fields = read_one(build_item(ENTRY, build_response(["4"], base="float"), rest))
    assert (fields["correct_answer"], fields["tolerance"]) == expected


def test_points_and_explanation() -> None:
    rest = (
        '<outcomeDeclaration identifier="MAXSCORE"><defaultValue><value>4</value></defaultValue>'
        '</outcomeDeclaration><modalFeedback identifier="right">Yes</modalFeedback>'
        '<modalFeedback identifier="solution">Because<br/>it is.</modalFeedback>'
    )
    fields = read_one(build_item(ESSAY, build_response([], base="string"), rest))
    assert (fields["question_type"], fields["points"]) == ("essay", 4.0)
    assert fields["explanation"] == "Because\nit is."


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (build_item("<p>Just text.</p>"), "text and not a question"),
        (build_item('<uploadInteraction responseIdentifier="R"/>', build_response([])), "uploadInteraction"),
        (build_item('<matchInteraction responseIdentifier="R"/>', build_response([])), "no pairs"),
        (build_item(ESSAY), "not declared"),
        (build_item(ENTRY, build_response(["four"], base="float")), "Not a number: 'four'"),
        (build_item(ENTRY, build_response(["NaN"], base="float")), "out of range"),
        (build_item(ENTRY, build_response(["1", "2"], base="integer")), "one number"),
    ],
)
def test_unsupported_items_are_rejected_with_the_reason(content: bytes, problem: str) -> None:
    assert problem in read_error(content)
    assert read_error(content).startswith("An item: ")


def test_a_package_is_read_in_the_order_of_its_test() -> None:
    test = """<assessmentTest xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" title="Capitals of the world">
      <timeLimits maxTime="90"/><testPart><assessmentSection>
      <ordering shuffle="true"/><selection select="2"/>
      <assessmentItemRef href="items/two.xml"/><assessmentItemRef href="items/one.xml"/>
      <assessmentItemRef href="items/nowhere.xml"/>
      </assessmentSection></testPart></assessmentTest>"""
    reading = read_file(
        build_package(
            {
                "imsmanifest.xml": b"<manifest/>",
                "qti/items/one.xml": build_capitals(["A"]),
                "qti/items/two.xml": build_item(ESSAY, build_response([])),
                "qti/more.xml": build_item(ENTRY, build_response(["4"], base="float")),
                "qti/broken.xml": b"<assessmentItem>",
                "qti/test.xml": test.encode(),
                "qti/picture.png": b"png",
            }
        )
    )
    assert reading.settings == {
        "title": "Capitals of the world",
        "time_limit_minutes": 2,
        "randomize_questions": True,
        "questions_per_attempt": 2,
    }
    *found, broken = reading.items
    kinds = [each.fields["question_type"] for each in found if isinstance(each, FoundQuestion)]
    assert kinds == ["essay", "multiple_choice", "numeric"]
    assert isinstance(broken, RejectedQuestion)
    assert (broken.row, broken.error[:14]) == (4, "qti/broken.xml")
