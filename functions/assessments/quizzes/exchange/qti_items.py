"""Questions as assessmentItems of QTI 2.1. It has no tags, concepts or difficulty."""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement

from functions.assessments.quizzes.questions.models import Question, QuestionContent

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # not in XML at all
_RESPONSE = {"identifier": "RESPONSE"}
_CHOICES = ("multiple_choice", "multiple_select", "true_false")


def printable(text: str) -> str:
    """The text without what XML cannot hold."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def item_of(question: Question, identifier: str) -> Element:
    root = Element(
        "assessmentItem",
        {
            "xmlns": QTI,
            "identifier": identifier,
            "title": printable(" ".join(question.question_text.split())[:60]),
            "adaptive": "false",
            "timeDependent": "false",
        },
    )
    _declare(root, question)
    score = {"identifier": "SCORE", "cardinality": "single", "baseType": "float"}
    SubElement(root, "outcomeDeclaration", {**score, "normalMaximum": repr(question.points)})
    if question.explanation:
        feedback = {"identifier": "FEEDBACK", "cardinality": "single", "baseType": "identifier"}
        _values(SubElement(root, "outcomeDeclaration", feedback), "defaultValue", ["explanation"])
    body = SubElement(root, "itemBody")
    _words(SubElement(body, "p"), question.question_text)
    _interact(body, question)
    _process(root, question)
    if question.explanation:
        shown = {"outcomeIdentifier": "FEEDBACK", "identifier": "explanation", "showHide": "show"}
        _words(SubElement(root, "modalFeedback", shown), question.explanation)
    return root


def _declare(root: Element, question: QuestionContent) -> None:
    kind = question.question_type
    base = "identifier" if kind in _CHOICES else "float" if kind == "numeric" else "string"
    cardinality = "multiple" if kind == "multiple_select" else "single"
    declared = SubElement(
        root, "responseDeclaration", {**_RESPONSE, "cardinality": cardinality, "baseType": base}
    )
    if kind in _CHOICES:
        right = [f"c{place}" for place, option in enumerate(question.options, 1) if option.is_correct]
        _values(declared, "correctResponse", right)
    elif kind == "numeric":
        _values(declared, "correctResponse", [repr(question.correct_answer)])
    elif kind == "short_answer":
        _values(declared, "correctResponse", question.accepted_answers[:1])
        mapping = SubElement(declared, "mapping", {"defaultValue": "0"})
        for answer in question.accepted_answers:
            worth = {"mapKey": printable(answer), "mappedValue": repr(question.points)}
            SubElement(mapping, "mapEntry", {**worth, "caseSensitive": "false"})


def _interact(body: Element, question: QuestionContent) -> None:
    kind = question.question_type
    response = {"responseIdentifier": "RESPONSE"}
    if kind in _CHOICES:
        most = "0" if kind == "multiple_select" else "1"
        choices = SubElement(body, "choiceInteraction", {**response, "shuffle": "false", "maxChoices": most})
        for place, option in enumerate(question.options, 1):
            _words(SubElement(choices, "simpleChoice", {"identifier": f"c{place}"}), option.text)
    elif kind in ("short_answer", "numeric"):
        SubElement(SubElement(body, "p"), "textEntryInteraction", response)
    else:
        _rubric(body, question)
        code = {"class": "code", "format": "preFormatted"} if kind == "code" else {}
        SubElement(body, "extendedTextInteraction", {**response, **code})


def _rubric(body: Element, question: QuestionContent) -> None:
    if question.rubric:
        points = SubElement(SubElement(body, "rubricBlock", {"view": "scorer"}), "dl")
        for point in question.rubric:
            SubElement(points, "dt").text = repr(point.points)
            _words(SubElement(points, "dd"), point.text)


def _process(root: Element, question: QuestionContent) -> None:
    """Full points for the right answer; what people have to judge is left to them."""
    kind = question.question_type
    if kind in ("essay", "code"):
        return
    processing = SubElement(root, "responseProcessing")
    if kind == "short_answer":
        mapped = SubElement(processing, "setOutcomeValue", {"identifier": "SCORE"})
        SubElement(mapped, "mapResponse", _RESPONSE)
        return
    right = SubElement(SubElement(processing, "responseCondition"), "responseIf")
    if kind == "numeric":
        off = repr(question.tolerance)
        same = SubElement(right, "equal", {"toleranceMode": "absolute", "tolerance": f"{off} {off}"})
    else:
        same = SubElement(right, "match")
    SubElement(same, "variable", _RESPONSE)
    SubElement(same, "correct", _RESPONSE)
    score = SubElement(right, "setOutcomeValue", {"identifier": "SCORE"})
    SubElement(score, "baseValue", {"baseType": "float"}).text = repr(question.points)


def _values(parent: Element, name: str, values: Iterable[str]) -> None:
    inner = SubElement(parent, name)
    for value in values:
        SubElement(inner, "value").text = printable(value)


def _words(element: Element, text: str) -> None:
    """Text with its lines."""
    first, *others = printable(text).split("\n")
    element.text = first
    for line in others:
        SubElement(element, "br").tail = line
