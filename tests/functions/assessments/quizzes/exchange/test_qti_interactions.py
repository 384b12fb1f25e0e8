"""Tests of QTI's interactions with several parts, of QTI 3, and of texts that a plain reading spoils."""

from typing import Any

import pytest

from functions.assessments.quizzes.exchange.formats import read_file
from functions.assessments.quizzes.exchange.losses import MEDIA
from functions.assessments.quizzes.exchange.models import FoundQuestion, RejectedQuestion
from tests.functions.assessments.quizzes.exchange.qti_documents import (
    build_item,
    build_package,
    build_response,
)

MATCH = """<p>Match.</p><matchInteraction responseIdentifier="R" shuffle="true" maxAssociations="2">
<simpleMatchSet><simpleAssociableChoice identifier="C" matchMax="1">cat</simpleAssociableChoice>
<simpleAssociableChoice identifier="D" matchMax="1">dog</simpleAssociableChoice></simpleMatchSet>
<simpleMatchSet><simpleAssociableChoice identifier="K" matchMax="1">Katze</simpleAssociableChoice>
<simpleAssociableChoice identifier="H" matchMax="1">Hund</simpleAssociableChoice>
<simpleAssociableChoice identifier="M" matchMax="1">Maus</simpleAssociableChoice></simpleMatchSet>
</matchInteraction>"""
GAPS = """<gapMatchInteraction responseIdentifier="R" shuffle="false"><prompt>Fill.</prompt>
<gapText identifier="W" matchMax="1">winter</gapText><gapText identifier="S" matchMax="1">summer</gapText>
<blockquote><p>Now is the <gap identifier="G1"/> of our discontent, made <gap identifier="G2"/>.</p>
</blockquote></gapMatchInteraction>"""
ORDER = """<orderInteraction responseIdentifier="R" shuffle="true"><prompt>Order.</prompt>
<simpleChoice identifier="A">Hen</simpleChoice><simpleChoice identifier="B">Egg</simpleChoice>
</orderInteraction>"""
HOT_TEXT = """<hottextInteraction responseIdentifier="R" maxChoices="1"><p>She
<hottext identifier="A">go</hottext> to <hottext identifier="B">school</hottext>.</p></hottextInteraction>"""


def read_all(content: bytes) -> list[dict[str, Any]]:
    items = read_file(content).items
    assert all(isinstance(item, FoundQuestion) for item in items), items
    return [dict(item.fields) for item in items if isinstance(item, FoundQuestion)]


def right_options(fields: dict[str, Any]) -> list[str]:
    return [option["text"] for option in fields["options"] if option["is_correct"]]


def summarise(content: bytes) -> list[tuple[str, list[str]]]:
    return [(fields["question_text"], right_options(fields)) for fields in read_all(content)]


def test_matching_becomes_a_choice_for_each_pair() -> None:
    declared = build_response(["C K", "D H"], cardinality="multiple", base="directedPair")
    assert summarise(build_item(MATCH, declared)) == [("Match.\ncat", ["Katze"]), ("Match.\ndog", ["Hund"])]
    several = build_response(["C K", "C M", "D H"], cardinality="multiple", base="directedPair")
    assert summarise(build_item(MATCH, several))[0] == ("Match.\ncat", ["Katze", "Maus"])


def test_gaps_become_a_choice_each() -> None:
    declared = build_response(["W G1", "S G2"], cardinality="multiple", base="directedPair")
    assert summarise(build_item(GAPS, declared)) == [
        ("Fill.\nNow is the _____ of our discontent, made […].", ["winter"]),
        ("Fill.\nNow is the […] of our discontent, made _____.", ["summer"]),
    ]


def test_an_order_becomes_a_choice_for_each_place() -> None:
    declared = build_response(["B", "A"], cardinality="ordered")
    assert summarise(build_item(ORDER, declared)) == [
        ("Order.\n1. _____", ["Egg"]),
        ("Order.\n2. _____", ["Hen"]),
    ]


def test_words_to_mark_are_options() -> None:
    (fields,) = read_all(build_item(HOT_TEXT, build_response(["A"])))
    assert (fields["question_text"], right_options(fields)) == ("She go to school.", ["go"])


def test_several_interactions_become_a_question_each() -> None:
    declared = build_response(["red"], base="string") + build_response(["B"]).replace('"R"', '"S"')
    body = (
        '<p>Roses are <textEntryInteraction responseIdentifier="R"/>, violets are '
        '<inlineChoiceInteraction responseIdentifier="S" shuffle="false">'
        '<inlineChoice identifier="A">green</inlineChoice><inlineChoice identifier="B">blue</inlineChoice>'
        "</inlineChoiceInteraction>.</p>"
    )
    red, blue = read_all(build_item(body, declared))
    assert (red["question_text"], red["accepted_answers"], red["points"]) == (
        "Roses are _____, violets are […].",
        ["red"],
        0.5,
    )
    assert (blue["question_text"], right_options(blue)) == ("Roses are […], violets are _____.", ["blue"])


def test_what_cannot_be_asked_is_refused_by_its_name() -> None:
    body = '<hotspotInteraction responseIdentifier="R" maxChoices="1"/>'
    for content, problem in (
        (build_item(body, build_response(["A"])), "hotspotInteraction"),
        (build_item("<p>Read this.</p>"), "text and not a question"),
    ):
        (rejected,) = read_file(content).items
        assert isinstance(rejected, RejectedQuestion)
        assert problem in rejected.error


def test_qti_3_is_read_like_qti_2() -> None:
    content = b"""<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="i" title="T">
<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">
<qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float" normal-maximum="3.0"/>
<qti-item-body><p>10<sup>2</sup> is</p>
<qti-choice-interaction response-identifier="RESPONSE" shuffle="false" max-choices="1">
<qti-prompt>Choose.</qti-prompt>
<qti-simple-choice identifier="A">100</qti-simple-choice>
<qti-simple-choice identifier="B">20</qti-simple-choice></qti-choice-interaction></qti-item-body>
<qti-modal-feedback identifier="solution" outcome-identifier="F">Ten tens.</qti-modal-feedback>
</qti-assessment-item>"""
    (fields,) = read_all(content)
    assert fields["question_text"] == "10² is\nChoose."
    assert (right_options(fields), fields["points"], fields["explanation"]) == (["100"], 3.0, "Ten tens.")
    package = build_package(
        {
            "test.xml": b'<qti-assessment-test title="Three"><qti-assessment-item-ref href="items/a.xml"/>'
            b"</qti-assessment-test>",
            "items/a.xml": content,
        }
    )
    contents = read_file(package)
    assert (contents.form, contents.settings, len(contents.items)) == ("QTI 3", {"title": "Three"}, 1)


@pytest.mark.parametrize("href", ["./b.xml", "../items/b.xml", "b%2Exml", "sub/../b.xml"])
def test_a_test_orders_its_items_by_any_relative_reference(href: str) -> None:
    choice = (
        '<p>{name}</p><choiceInteraction responseIdentifier="R" maxChoices="1">'
        '<simpleChoice identifier="A">yes</simpleChoice><simpleChoice identifier="B">no</simpleChoice>'
        "</choiceInteraction>"
    )
    items = {
        f"items/{name}.xml": build_item(choice.format(name=name), build_response(["A"])) for name in "ab"
    }
    references = f'<assessmentItemRef href="{href}"/><assessmentItemRef href="a.xml"/>'
    test = f'<assessmentTest title="T">{references}</assessmentTest>'.encode()
    read = read_all(build_package({"items/test.xml": test, **items}))
    assert [fields["question_text"] for fields in read] == ["b", "a"]


def test_candidates_read_their_rubrics_and_scorers_theirs() -> None:
    body = (
        '<rubricBlock view="candidate tutor"><p>A car drives 60 km.</p></rubricBlock>'
        '<rubricBlock view="scorer"><p>Key: A</p></rubricBlock>'
        '<choiceInteraction responseIdentifier="R" maxChoices="1"><prompt>How fast?</prompt>'
        '<simpleChoice identifier="A">60</simpleChoice><simpleChoice identifier="B">6</simpleChoice>'
        "</choiceInteraction>"
    )
    (fields,) = read_all(build_item(body, build_response(["A"])))
    assert fields["question_text"] == "A car drives 60 km.\nHow fast?"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("x<sup>2</sup> + y<sub>1</sub>", "x² + y₁"),
        ("10<sup>-3</sup>", "10⁻³"),
        ('<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mn>1</mn><mn>2</mn></mfrac></math> of it',
         "1/2 of it"),
        ('<m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:msqrt><m:mi>x</m:mi></m:msqrt></m:math>',
         "√x"),
        ("<pre>def f(x):\n    return x\n\nf(1)</pre>", "def f(x):\n    return x\n\nf(1)"),
        ('A map <img src="x.png" alt="of Rome"/>', "A map of Rome"),
    ],
)  # fmt: skip
def test_powers_formulas_and_code_keep_their_meaning(markup: str, text: str) -> None:
    body = f'<div>{markup}</div><extendedTextInteraction responseIdentifier="R"/>'
    (item,) = read_file(build_item(body, build_response([]))).items
    assert isinstance(item, FoundQuestion)
    assert item.fields["question_text"] == text
    assert item.left_out == ((MEDIA,) if "img" in markup else ())


def test_keys_that_are_the_same_answer_are_one() -> None:
    entry = '<mapEntry mapKey="{}" mappedValue="2"/>'
    mapping = f"<mapping>{entry.format('A 12')}{entry.format('A  12')}</mapping>"
    body = '<p>Docket <textEntryInteraction responseIdentifier="R"/></p>'
    (fields,) = read_all(build_item(body, build_response(["A 12"], base="string", inner=mapping)))
    assert fields["accepted_answers"] == ["A 12"]
