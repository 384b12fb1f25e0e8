"""Which format a file is in, by its content, and reading it."""

import codecs
import re

from functions.assessments.quizzes.exchange.errors import NotAQuiz
from functions.assessments.quizzes.exchange.gift_reading import read_gift
from functions.assessments.quizzes.exchange.models import Reading
from functions.assessments.quizzes.exchange.native import read_json
from functions.assessments.quizzes.exchange.qti_package import read_document, read_package

_XML = re.compile(r"\s*(?:<\?xml\b|<!DOCTYPE\b|<!--|<(?:\w{1,20}:)?(?:assessment|manifest|questestinterop))")
_JSON = re.compile(r'\s*\{[^{}]{0,1000}"format"\s*:\s*"aksio\.')
_ZIP = b"PK\x03\x04"
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read(content: bytes) -> Reading:
    """Raises NotAQuiz for what is in none of the formats."""
    if content.startswith(_ZIP):
        return read_package(content)
    text = _decoded(content)
    if _XML.match(text):
        return read_document(content)
    if _JSON.match(text):
        return read_json(text.encode())
    return read_gift(text)


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content.startswith(_WIDE) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise NotAQuiz("The file is neither text in UTF-8 nor a package") from None
    if "\x00" in text:
        raise NotAQuiz("The file is no text")
    return text.replace("\r\n", "\n").replace("\r", "\n")
