"""Parsing untrusted XML: without document types, entities and external resources, and within limits.

Names of elements are compared without their namespace, which differs between versions of QTI.
"""

from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from functions.assessments.quizzes.exchange.errors import UnusableContent
from functions.assessments.quizzes.exchange.markup import collapse_spaces, trim_lines

MAX_XML_BYTES = 2 * 1024 * 1024  # of one document
_MAX_DEPTH = 64
_MAX_ELEMENTS = 20_000
_BLOCK_TAGS = frozenset(
    {"blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
     "pre", "prompt", "table", "tr", "ul"}
)  # fmt: skip

_HIDDEN_TAGS = frozenset({"audio", "object", "script", "style", "video"})


def parse_xml(content: bytes) -> Element:
    """Return the root element. Raises UnusableContent."""
    from defusedxml.ElementTree import iterparse

    if len(content) > MAX_XML_BYTES:
        raise UnusableContent(f"An XML document has at most {MAX_XML_BYTES:,} bytes")
    depth = count = 0
    root: Element | None = None
    try:
        for event, element in iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=True):
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
    return root


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
    return trim_lines("".join(_iterate_text(element, without, gap)))


def _iterate_text(element: Element, without: frozenset[str], gap: str) -> Iterator[str]:
    yield collapse_spaces(element.text or "")
    for child in element:
        name = get_name(child)
        if name in without:
            yield gap
        elif name == "img":
            yield child.get("alt") or ""
        elif name not in _HIDDEN_TAGS:
            yield "\n" if name in _BLOCK_TAGS else ""
            yield from _iterate_text(child, without, gap)
            yield "\n" if name in _BLOCK_TAGS else ""
        yield collapse_spaces(child.tail or "")
