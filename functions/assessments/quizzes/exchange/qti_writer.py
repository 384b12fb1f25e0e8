"""Writing a quiz as a QTI 2.1 content package: a manifest, a test, and an item for each question."""

import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from xml.etree.ElementTree import Element, SubElement, tostring

from functions.assessments.quizzes.exchange.models import WrittenFile
from functions.assessments.quizzes.exchange.qti_item_writer import QTI, build_item, strip_invalid
from functions.assessments.quizzes.questions.models import Question
from functions.assessments.quizzes.quizzes.models import Quiz

_CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
_ENTRY_DATE = (1980, 1, 1, 0, 0, 0)  # constant, so that the same quiz makes the same file


def write_qti(quiz: Quiz, questions: Sequence[Question]) -> WrittenFile:
    """Write the quiz as a QTI package: a zip with manifest, test and an item for each question."""
    names = [f"items/q{place:03}.xml" for place in range(1, len(questions) + 1)]
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _add_entry(archive, "imsmanifest.xml", _build_manifest(names))
        _add_entry(archive, "test.xml", _build_test(quiz, names))
        for place, (name, question) in enumerate(zip(names, questions, strict=True), 1):
            _add_entry(archive, name, build_item(question, f"q{place:03}"))
    return WrittenFile(file.getvalue(), "application/zip", "zip")


def _add_entry(archive: zipfile.ZipFile, name: str, root: Element) -> None:
    info = zipfile.ZipInfo(name, _ENTRY_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, tostring(root, encoding="utf-8", xml_declaration=True))


def _build_manifest(items: Iterable[str]) -> Element:
    root = Element("manifest", {"xmlns": _CP, "identifier": "manifest"})
    metadata = SubElement(root, "metadata")
    SubElement(metadata, "schema").text = "QTIv2.1 Package"
    SubElement(metadata, "schemaversion").text = "1.0.0"
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    test = _add_resource(resources, "test", "imsqti_test_xmlv2p1", "test.xml")
    for place, name in enumerate(items, 1):
        _add_resource(resources, f"q{place:03}", "imsqti_item_xmlv2p1", name)
        SubElement(test, "dependency", {"identifierref": f"q{place:03}"})
    return root


def _add_resource(parent: Element, identifier: str, kind: str, href: str) -> Element:
    resource = SubElement(parent, "resource", {"identifier": identifier, "type": kind, "href": href})
    SubElement(resource, "file", {"href": href})
    return resource


def _build_test(quiz: Quiz, items: Iterable[str]) -> Element:
    title = strip_invalid(quiz.title)
    root = Element("assessmentTest", {"xmlns": QTI, "identifier": "test", "title": title})
    if quiz.time_limit_minutes:
        SubElement(root, "timeLimits", {"maxTime": str(quiz.time_limit_minutes * 60)})
    modes = {"navigationMode": "nonlinear", "submissionMode": "simultaneous"}
    part = SubElement(root, "testPart", {"identifier": "part", **modes})
    section = SubElement(
        part, "assessmentSection", {"identifier": "section", "title": title, "visible": "true"}
    )
    if quiz.questions_per_attempt:
        SubElement(section, "selection", {"select": str(quiz.questions_per_attempt)})
    SubElement(section, "ordering", {"shuffle": "true" if quiz.randomize_questions else "false"})
    for place, name in enumerate(items, 1):
        SubElement(section, "assessmentItemRef", {"identifier": f"q{place:03}", "href": name})
    return root
