"""Writing questions as assessmentItems of QTI 2.1, which has no tags, concepts or difficulty."""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement

from functions.assessments.quizzes.questions.models import Question, QuestionContent

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_IS_CODE = re.compile(r"\n[ \t\n]|\t|  ")
_RESPONSE = {"identifier": "RESPONSE"}
_CHOICES = ("multiple_choice", "multiple_select", "true_false")


def strip_invalid(text: str) -> str:
    """Return the text without the characters that XML does not allow."""
    return _NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def build_item(question: Question, identifier: str) -> Element:
    """Build the QTI 2.1 item of a question."""
    root = Element(
        "assessmentItem",
        {
            "xmlns": QTI,
            "identifier": identifier,
            "title": strip_invalid(" ".join(question.question_text.split())[:60]),
            "adaptive": "false",
            "timeDependent": "false",
        },
    )
    _add_response(root, question)
    score = {"identifier": "SCORE", "cardinality": "single", "baseType": "float"}
    SubElement(root, "outcomeDeclaration", {**score, "normalMaximum": repr(question.points)})
    if question.explanation:
        feedback = {"identifier": "FEEDBACK", "cardinality": "single", "baseType": "identifier"}
        _add_values(SubElement(root, "outcomeDeclaration", feedback), "defaultValue", ["explanation"])
    body = SubElement(root, "itemBody")
    _add_block(body, question.question_text)
    _add_interaction(body, question)
    _add_processing(root, question)
    if question.explanation:
        shown = {"outcomeIdentifier": "FEEDBACK", "identifier": "explanation", "showHide": "show"}
        _set_text(SubElement(root, "modalFeedback", shown), question.explanation)
    return root


def _add_response(root: Element, question: QuestionContent) -> None:
    question_type = question.question_type
    base = "identifier" if question_type in _CHOICES else "float" if question_type == "numeric" else "string"
    cardinality = "multiple" if question_type == "multiple_select" else "single"
    declared = SubElement(
        root, "responseDeclaration", {**_RESPONSE, "cardinality": cardinality, "baseType": base}
    )
    if question_type in _CHOICES:
        right = [f"c{place}" for place, option in enumerate(question.options, 1) if option.is_correct]
        _add_values(declared, "correctResponse", right)
    elif question_type == "numeric":
        _add_values(declared, "correctResponse", [repr(question.correct_answer)])
    elif question_type == "short_answer":
        _add_values(declared, "correctResponse", question.accepted_answers[:1])
        mapping = SubElement(declared, "mapping", {"defaultValue": "0"})
        for answer in question.accepted_answers:
            worth = {"mapKey": strip_invalid(answer), "mappedValue": repr(question.points)}
            SubElement(mapping, "mapEntry", {**worth, "caseSensitive": "false"})


def _add_interaction(body: Element, question: QuestionContent) -> None:
    question_type = question.question_type
    response = {"responseIdentifier": "RESPONSE"}
    if question_type in _CHOICES:
        maximum = "0" if question_type == "multiple_select" else "1"
        choices = SubElement(
            body, "choiceInteraction", {**response, "shuffle": "false", "maxChoices": maximum}
        )
        for place, option in enumerate(question.options, 1):
            _set_text(SubElement(choices, "simpleChoice", {"identifier": f"c{place}"}), option.text)
    elif question_type in ("short_answer", "numeric"):
        SubElement(SubElement(body, "p"), "textEntryInteraction", response)
    else:
        _add_rubric(body, question)
        code = {"class": "code", "format": "preformatted"} if question_type == "code" else {}
        SubElement(body, "extendedTextInteraction", {**response, **code})


def _add_rubric(body: Element, question: QuestionContent) -> None:
    if question.rubric:
        points = SubElement(SubElement(body, "rubricBlock", {"view": "scorer"}), "dl")
        for point in question.rubric:
            SubElement(points, "dt").text = repr(point.points)
            _set_text(SubElement(points, "dd"), point.text)


def _add_processing(root: Element, question: QuestionContent) -> None:
    """Give full points for the right answer. Essays and code are left to people."""
    question_type = question.question_type
    if question_type in ("essay", "code"):
        return
    processing = SubElement(root, "responseProcessing")
    if question_type == "short_answer":
        mapped = SubElement(processing, "setOutcomeValue", {"identifier": "SCORE"})
        SubElement(mapped, "mapResponse", _RESPONSE)
        return
    right = SubElement(SubElement(processing, "responseCondition"), "responseIf")
    if question_type == "numeric":
        tolerance = repr(question.tolerance)
        same = SubElement(
            right, "equal", {"toleranceMode": "absolute", "tolerance": f"{tolerance} {tolerance}"}
        )
    else:
        same = SubElement(right, "match")
    SubElement(same, "variable", _RESPONSE)
    SubElement(same, "correct", _RESPONSE)
    score = SubElement(right, "setOutcomeValue", {"identifier": "SCORE"})
    SubElement(score, "baseValue", {"baseType": "float"}).text = repr(question.points)


def _add_values(parent: Element, name: str, values: Iterable[str]) -> None:
    inner = SubElement(parent, name)
    for value in values:
        SubElement(inner, "value").text = strip_invalid(value)


def _add_block(body: Element, text: str) -> None:
    """Add the text as a paragraph, or as it is where its blanks and empty lines matter, as in code."""
    clean = strip_invalid(text)
    if _IS_CODE.search(clean):
        SubElement(body, "pre").text = clean
    else:
        _set_text(SubElement(body, "p"), clean)


def _set_text(element: Element, text: str) -> None:
    """Set the text of the element, with `br` between its lines."""
    first, *others = strip_invalid(text).split("\n")
    element.text = first
    for line in others:
        SubElement(element, "br").tail = line
