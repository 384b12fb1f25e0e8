"""Detecting the format of a file by its content, and reading it."""

import codecs
import re

from functions.assessments.quizzes.exchange.errors import NotAQuiz
from functions.assessments.quizzes.exchange.gift_reader import read_gift
from functions.assessments.quizzes.exchange.json_format import read_json
from functions.assessments.quizzes.exchange.models import QuizContents
from functions.assessments.quizzes.exchange.qti_reader import read_document, read_package

_XML = re.compile(
    r"\s*(?:<\?xml\b|<!DOCTYPE\b|<!--|<(?:\w{1,20}:)?(?:assessment|manifest|questestinterop|qti-|quiz[\s>]))"
)
_JSON = re.compile(r'\s*\{[^{}]{0,1000}"format"\s*:\s*"aksio\.')
_ZIP = b"PK\x03\x04"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_file(content: bytes) -> QuizContents:
    """Read a file of any of the formats. Raises NotAQuiz."""
    if content.startswith(_ZIP):
        return read_package(content)
    text = _decode(content)
    if _XML.match(text):
        return read_document(content)
    if _JSON.match(text):
        return read_json(text.encode())
    return read_gift(text)


def _decode(content: bytes) -> str:
    encoding = "utf-16" if content.startswith(_UTF_16) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise NotAQuiz("The file must be text in UTF-8, or a QTI package") from None
    if "\x00" in text:
        raise NotAQuiz("The file must be text, or a QTI package")
    return text.replace("\r\n", "\n").replace("\r", "\n")
