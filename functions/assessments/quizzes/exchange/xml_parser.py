"""Parsing untrusted XML: without entities and external resources, and within limits.

Names of elements are compared without their namespace, which differs between versions of QTI. Those of QTI 3,
such as `qti-item-body` and `response-identifier`, are read as the names of QTI 2 for the same.
"""

import re
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from functions.assessments.quizzes.exchange.errors import UnusableContent
from functions.assessments.quizzes.exchange.text_builder import TextBuilder

MAX_XML_BYTES = 2 * 1024 * 1024  # of one document
_MAX_DEPTH = 64
_MAX_ELEMENTS = 20_000
_HIDDEN_TAGS = frozenset({"audio", "object", "script", "style", "video"})
_QTI_3 = "qti-"
# Canvas, Respondus and others begin QTI 1.2 with one; it declares nothing that is needed.
_DOCTYPE = re.compile(
    rb"<!DOCTYPE\s{1,9}questestinterop(?:\s{1,9}(?:SYSTEM|PUBLIC)(?:\s{1,9}\"[^\"<>]{0,200}\"){1,2})?\s{0,9}>"
)


def parse_xml(content: bytes) -> Element:
    """Return the root element. Raises UnusableContent."""
    from defusedxml.ElementTree import iterparse

    if len(content) > MAX_XML_BYTES:
        raise UnusableContent(f"An XML document has at most {MAX_XML_BYTES:,} bytes")
    depth = count = 0
    root: Element | None = None
    head = _DOCTYPE.sub(b"", content[:2000], count=1)
    try:
        for event, element in iterparse(
            BytesIO(head + content[2000:]), events=("start", "end"), forbid_dtd=True
        ):
            depth += 1 if event == "start" else -1
            count += event == "start"
            root = element if root is None else root
            if depth > _MAX_DEPTH or count > _MAX_ELEMENTS:
                raise UnusableContent("The XML is nested too deeply or has too many elements")
    except ParseError as problem:
        raise UnusableContent(f"The XML is not well-formed: {problem}") from None
    except (ValueError, LookupError) as problem:  # the errors of defusedxml are ValueErrors
        raise UnusableContent(
            f"The XML has a document type or an encoding that is not supported: {problem}"
        ) from None
    if root is None:
        raise UnusableContent("The XML is empty")
    for element in root.iter():
        _rename_qti_3(element)
    return root


def _rename_qti_3(element: Element) -> None:
    name = get_name(element)
    if name.startswith(_QTI_3):
        element.tag = _to_camel(name.removeprefix(_QTI_3))
        element.attrib = {_to_camel(key): value for key, value in element.attrib.items()}


def _to_camel(name: str) -> str:
    first, *others = name.split("-")
    return first + "".join(map(str.capitalize, others))


def get_name(element: Element) -> str:
    """Return the element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def find_all(element: Element, *names: str) -> list[Element]:
    """Return the descendants with one of the names, in document order."""
    return [each for each in element.iter() if get_name(each) in names and each is not element]


def find_first(element: Element | None, name: str) -> Element | None:
    """Return the first descendant with the name, in any namespace; None if there is none."""
    elements = [] if element is None else find_all(element, name)
    return elements[0] if elements else None


def get_text(element: Element | None, *, without: frozenset[str] = frozenset(), gap: str = "") -> str:
    """Return the visible text, with a line for each block, and a `gap` for each element named `without`."""
    if element is None:
        return ""
    builder = TextBuilder()
    _add_content(builder, element, without, gap)
    return builder.finish()


def _add_content(builder: TextBuilder, element: Element, without: frozenset[str], gap: str) -> None:
    builder.add_words(element.text or "")
    for child in element:
        name = get_name(child)
        if name in without:
            builder.add_gap(gap)
        elif name not in _HIDDEN_TAGS:
            builder.open(name, dict(child.attrib))
            if name != "img":
                _add_content(builder, child, without, gap)
                builder.close(name)
        builder.add_words(child.tail or "")
