"""Tests of reading QTI 1.2 as Canvas, Blackboard and Respondus export it."""

from typing import Any

import pytest

from functions.assessments.quizzes.exchange.formats import read_file
from functions.assessments.quizzes.exchange.losses import PARTIAL_MARKS
from functions.assessments.quizzes.exchange.models import FoundQuestion, RejectedQuestion
from tests.functions.assessments.quizzes.exchange.qti_documents import build_package

_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>{doctype}
<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2">
 <assessment ident="a" title="A quiz"><section ident="root_section">{items}</section></assessment>
</questestinterop>"""
_MATERIAL = '<material><mattext texttype="text/html">{text}</mattext></material>'


def material(text: str) -> str:
    return _MATERIAL.format(text=text)


def build_item(presentation: str, processing: str = "", kind: str = "", points: str = "2.0") -> str:
    fields = {"question_type": kind, "points_possible": points}
    metadata = "".join(
        f"<qtimetadatafield><fieldlabel>{label}</fieldlabel><fieldentry>{entry}</fieldentry></qtimetadatafield>"
        for label, entry in fields.items()
    )
    return (
        f'<item ident="i" title="Q"><itemmetadata><qtimetadata>{metadata}</qtimetadata></itemmetadata>'
        f"<presentation>{presentation}</presentation><resprocessing><outcomes>"
        f'<decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>{processing}'
        f"</resprocessing></item>"
    )


def build(*items: str, doctype: str = "") -> bytes:
    return _DOCUMENT.format(items="".join(items), doctype=doctype).encode()


def choices(texts: dict[str, str], ident: str = "r", cardinality: str = "Single", own: str = "") -> str:
    labels = "".join(
        f'<response_label ident="{key}">{material(text)}</response_label>' for key, text in texts.items()
    )
    return (
        f'<response_lid ident="{ident}" rcardinality="{cardinality}">{own}'
        f"<render_choice>{labels}</render_choice></response_lid>"
    )


def rule(condition: str, score: str = "100") -> str:
    return (
        f'<respcondition continue="No"><conditionvar>{condition}</conditionvar>'
        f'<setvar action="Set" varname="SCORE">{score}</setvar></respcondition>'
    )


def equal(value: str, ident: str = "r") -> str:
    return f'<varequal respident="{ident}">{value}</varequal>'


def read_all(*items: str) -> list[dict[str, Any]]:
    found = read_file(build(*items)).items
    assert all(isinstance(item, FoundQuestion) for item in found), found
    return [dict(item.fields) for item in found if isinstance(item, FoundQuestion)]


def right_options(fields: dict[str, Any]) -> list[str]:
    return [option["text"] for option in fields["options"] if option["is_correct"]]


ENTRY = '<response_str ident="r" rcardinality="Single"><render_fib/></response_str>'


def test_one_choice() -> None:
    item = build_item(
        material("&lt;p&gt;2&lt;sup&gt;3&lt;/sup&gt;?&lt;/p&gt;") + choices({"1": "8", "2": "6"}),
        rule(equal("1")),
    )
    (fields,) = read_all(item)
    assert (fields["question_text"], fields["question_type"], fields["points"]) == (
        "2³?",
        "multiple_choice",
        2.0,
    )
    assert right_options(fields) == ["8"]


def test_several_answers_are_those_that_are_not_negated() -> None:
    condition = f"<and>{equal('1')}{equal('2')}<not>{equal('3')}</not></and>"
    item = build_item(
        material("Prime?") + choices({"1": "2", "2": "3", "3": "4"}, cardinality="Multiple"), rule(condition)
    )
    (fields,) = read_all(item)
    assert (fields["question_type"], right_options(fields)) == ("multiple_select", ["2", "3"])


def test_true_or_false_and_scores_in_words() -> None:
    item = build_item(
        material("Is it?") + choices({"t": "True", "f": "False"}), rule(equal("f"), "SCORE.max")
    )
    (fields,) = read_all(item)
    assert (fields["question_type"], right_options(fields)) == ("true_false", ["False"])


def test_short_answers_are_those_that_score_most() -> None:
    processing = rule(f"<or>{equal('grey')}{equal('gray')}</or>") + rule(equal("silver"), "50")
    contents = read_file(build(build_item(material("Colour?") + ENTRY, processing)))
    (item,) = contents.items
    assert isinstance(item, FoundQuestion)
    assert item.fields["accepted_answers"] == ["grey", "gray"]
    assert item.left_out == (PARTIAL_MARKS,)
    assert contents.settings == {"title": "A quiz"}


RANGE = "<and><vargte respident='r'>3.5</vargte><varlte respident='r'>4.5</varlte></and>"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [(f"<or>{equal('4')}{RANGE}</or>", (4.0, 0.5)), (equal("4"), (4.0, 0.0))],
)
def test_a_number_has_its_range(condition: str, expected: tuple[float, float]) -> None:
    item = build_item(material("How many?") + ENTRY, rule(condition), kind="numerical_question")
    (fields,) = read_all(item)
    assert (fields["correct_answer"], fields["tolerance"]) == expected


def test_an_essay_has_no_key() -> None:
    (fields,) = read_all(build_item(material("Why?") + ENTRY, kind="essay_question"))
    assert fields["question_type"] == "essay"


def test_matching_becomes_a_choice_for_each_line() -> None:
    texts = {"1": "Katze", "2": "Hund", "3": "Maus"}
    lines = choices(texts, "response_a", own=material("cat")) + choices(
        texts, "response_b", own=material("dog")
    )
    processing = rule(equal("1", "response_a"), "50") + rule(equal("2", "response_b"), "50")
    cat, dog = read_all(build_item(material("Match.") + lines, processing, "matching_question"))
    assert (cat["question_text"], right_options(cat), cat["points"]) == ("Match.\ncat", ["Katze"], 1.0)
    assert (dog["question_text"], right_options(dog)) == ("Match.\ndog", ["Hund"])


def test_blanks_and_lists_become_a_question_each() -> None:
    text = material("Roses are [color1], violets are [color2].")
    blanks = choices({"1": "red"}, "response_color1") + choices({"2": "blue"}, "response_color2")
    processing = rule(equal("1", "response_color1"), "50") + rule(equal("2", "response_color2"), "50")
    red, blue = read_all(build_item(text + blanks, processing, "fill_in_multiple_blanks_question"))
    assert (red["question_text"], red["accepted_answers"]) == ("Roses are _____, violets are […].", ["red"])
    assert blue["question_text"] == "Roses are […], violets are _____."
    lists = choices({"1": "red", "3": "green"}, "response_color1") + choices(
        {"2": "blue", "4": "black"}, "response_color2"
    )
    first, _ = read_all(build_item(text + lists, processing, "multiple_dropdowns_question"))
    assert (first["question_type"], right_options(first)) == ("multiple_choice", ["red"])


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        (build_item(material("A text"), kind="text_only_question"), "text without a question"),
        (build_item(material("x"), kind="calculated_question"), "formula"),
        (build_item(material("x"), kind="file_upload_question"), "asks for a file"),
        (build_item(material("2+2?") + choices({"1": "4", "2": "5"})), "no right answer"),
        (build_item(material("x") + '<response_xy ident="r"/>'), "nothing to answer|response_xy"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_name(item: str, problem: str) -> None:
    (rejected,) = read_file(build(item)).items
    assert isinstance(rejected, RejectedQuestion)
    assert any(each in rejected.error for each in problem.split("|")), rejected.error


@pytest.mark.parametrize(
    "doctype", ['<!DOCTYPE questestinterop SYSTEM "ims_qtiasiv1p2.dtd">', "<!DOCTYPE questestinterop>"]
)
def test_a_package_of_several_documents_is_read_in_their_order(doctype: str) -> None:
    items = [
        build_item(material(f"Q{n}") + choices({"1": "yes", "2": "no"}), rule(equal("1"))) for n in (1, 2)
    ]
    files = {
        "imsmanifest.xml": b"<manifest/>",
        "g1/g1.xml": build(items[0], doctype=doctype),
        "res00001.dat": build(items[1]),
    }
    contents = read_file(build_package(files))
    texts = [item.fields["question_text"] for item in contents.items if isinstance(item, FoundQuestion)]
    assert (texts, contents.form) == (["Q1", "Q2"], "QTI 1.2")
