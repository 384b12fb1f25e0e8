"""Tests that malicious files are refused quickly and with a reason."""

import struct
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from functions.assessments.quizzes.exchange import qti_reader
from functions.assessments.quizzes.exchange.errors import NotAQuiz
from functions.assessments.quizzes.exchange.formats import read_file
from functions.assessments.quizzes.exchange.models import RejectedQuestion
from functions.assessments.quizzes.exchange.service import check_questions
from functions.assessments.quizzes.exchange.xml_parser import MAX_XML_BYTES
from tests import archives
from tests.functions.assessments.quizzes.exchange.qti_documents import (
    build_capitals,
    build_item,
    build_package,
)
from tests.growth import is_linear

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
# Repeated with a number, since equal answers may be compared faster than different ones.
HOSTILE_PIECES = ("{{{}", "~{}", "={}", "~%50%{}", "=%50%{} ", "={} -> a ", "a{}\n\n", "$CATEGORY: {}\n\n")

ENTITIES = {
    "a billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]><assessmentItem>&l9;</assessmentItem>',
    "a file of the server":
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><assessmentItem>&e;</assessmentItem>',
    "a place in the network": '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><assessmentItem/>',
    "parameter entities": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/">%p;]><assessmentItem/>',
    "an unknown entity": "<assessmentItem><itemBody>&nbsp;</itemBody></assessmentItem>",
    "an unknown encoding": '<?xml version="1.0" encoding="utf-7"?><assessmentItem/>',
    "nesting": "<assessmentItem>" + "<p>" * 30_000 + "</p>" * 30_000 + "</assessmentItem>",
    "elements without end": "<assessmentItem>" + "<p/>" * 100_000 + "</assessmentItem>",
    "a cut": "<assessmentItem><itemBody>",
    "too much": "<assessmentItem>" + "x" * MAX_XML_BYTES + "</assessmentItem>",
    "a manifest alone": "<manifest/>",
    "a test alone": "<assessmentTest/>",
    "results instead of questions": "<assessmentResult/>",
    "a document type with entities": '<!DOCTYPE questestinterop [<!ENTITY e "x">]><questestinterop/>',
}  # fmt: skip


@pytest.mark.parametrize("name", ENTITIES)
def test_malicious_xml_is_refused(name: str) -> None:
    with pytest.raises(NotAQuiz) as refused:
        read_file(ENTITIES[name].encode())
    assert len(refused.value.details["file"][0]) > 20


def _encrypt() -> bytes:
    content = bytearray(build_package({"a.xml": b"<assessmentItem/>"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(signature) + offset] |= 1
    return bytes(content)


def _garble() -> bytes:
    content = bytearray(build_package({"a.xml": build_capitals(["A"])}))
    content[50:60] = b"\xff" * 10
    return bytes(content)


def _repeat_name() -> bytes:
    content = build_package({"a.xml": b"<a/>", "b.xml": b"<b/>"})
    return content.replace(b"b.xml", b"a.xml")


def _build_endless_directory() -> bytes:
    return b"PK\x03\x04" + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 9, 9, 2**31, 0, 0)


PACKAGES = {
    "a name that climbs": build_package({"../../etc/cron.d/x.xml": b"<a/>"}),
    "a name from the root": build_package({"/etc/x.xml": b"<a/>"}),
    "a name with a drive": build_package({"C:\\x.xml": b"<a/>"}),
    "a bomb": build_package({"a.xml": b" " * (MAX_XML_BYTES + 1)}),
    "many small bombs": build_package({f"{n}.xml": b" " * MAX_XML_BYTES for n in range(11)}),
    "too many entries": build_package({f"{n}.xml": b"" for n in range(qti_reader.MAX_ENTRIES + 1)}),
    "a cut": build_package({"a.xml": build_capitals(["A"])})[:-30],
    "nothing but a head": b"PK\x03\x04" + b"x" * 100,
    "an endless directory": _build_endless_directory(),
    "a lock": _encrypt(),
    "a rare compression": build_package({"a.xml": build_capitals(["A"])}, zipfile.ZIP_LZMA),
    "broken compression": _garble(),
    "two of one name": _repeat_name(),
    "damage": build_package({"a.xml": build_capitals(["A"])})[:40] + b"PK\x05\x06" + b"\0" * 18,
}  # fmt: skip


@pytest.mark.parametrize("name", PACKAGES)
def test_malicious_packages_are_refused(name: str) -> None:
    with pytest.raises(NotAQuiz) as refused:
        check_questions(read_file(PACKAGES[name]), lambda: "id")
    assert len(refused.value.details["file"][0]) > 20


@pytest.mark.parametrize("attack", archives.HOSTILE.values(), ids=archives.HOSTILE)
def test_a_package_with_a_hostile_directory_is_refused(attack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(NotAQuiz):
        read_file(attack(build_package({"a.xml": build_capitals(["A"])})))


def test_a_package_in_the_64_bit_format_is_read() -> None:
    (found,) = read_file(archives.as_zip64(build_package({"a.xml": build_capitals(["A"])}))).items
    assert not isinstance(found, RejectedQuestion)


def test_a_zip_bomb_with_a_false_size_is_refused() -> None:
    content = build_package({"a.xml": b" " * (MAX_XML_BYTES * 4)})
    size, lie = struct.pack("<I", MAX_XML_BYTES * 4), struct.pack("<I", 10)
    with pytest.raises(NotAQuiz):
        read_file(content.replace(size, lie))


def test_an_item_with_an_entity_is_rejected_and_the_others_are_read() -> None:
    reading = read_file(
        build_package({"a.xml": ENTITIES["a file of the server"].encode(), "b.xml": build_capitals(["A"])})
    )
    questions, errors = check_questions(reading, lambda: "id")
    assert len(questions) == 1
    assert [(each.row, each.error[:6]) for each in errors] == [(2, "a.xml:")]


def test_the_format_is_detected_from_the_content() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    for content in (
        file.getvalue(),
        b"%PDF-1.4\n\xff\xfe",
        b"\x00\x01",
        b"",
        b"   \n\n",
        "é".encode("latin-1"),
    ):
        with pytest.raises(NotAQuiz):
            check_questions(read_file(content), lambda: "id")


def test_no_text_takes_long_to_match() -> None:
    for piece in ("<p", "<script>", "<!--", "%", "=", "[tag:", "\\", "{", "::", "<" + "a" * 50):
        text = f"Is it? {piece * (100_000 // len(piece))}" + "{T}"
        assert all(
            isinstance(each, RejectedQuestion) or each.fields for each in read_file(text.encode()).items
        )


@pytest.mark.parametrize("piece", HOSTILE_PIECES)
def test_a_text_of_many_answers_or_questions_is_refused_in_linear_time(piece: str) -> None:
    def build(size: int) -> str:
        pieces = (piece.format(number) for number in range(size // len(piece)))
        return "Is it? {" + "".join(pieces) + "}"

    def import_text(text: str) -> None:
        with pytest.raises(NotAQuiz):
            check_questions(read_file(text.encode()), lambda: "id")

    assert is_linear(import_text, build, limit=50_000)
    import_text(build(1_000_000))


def test_html_in_an_item_becomes_text() -> None:
    body = '<p onclick="x()">Is <script>x()</script>it?</p><extendedTextInteraction responseIdentifier="R"/>'
    declared = '<responseDeclaration identifier="R" cardinality="single" baseType="string"/>'
    (found,) = check_questions(read_file(build_item(body, declared)), lambda: "id")[0]
    assert found.question_text == "Is it?"
