"""XML from strangers: no document types, no entities, nothing from elsewhere, no more than a screen can hold.

Names of elements are taken without their namespace: packages disagree on the version, not on the names.
"""

from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from functions.assessments.quizzes.exchange.errors import Unusable
from functions.assessments.quizzes.exchange.markup import one_blank, tidy

LARGEST_XML = 2 * 1024 * 1024  # bytes of one document
_DEEPEST = 64
_MOST_ELEMENTS = 20_000
_LINES = frozenset(
    {"blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
     "pre", "prompt", "table", "tr", "ul"}
)  # fmt: skip

_SILENT = frozenset({"audio", "object", "script", "style", "video"})


def parsed(content: bytes) -> Element:
    """The root. Raises Unusable."""
    from defusedxml.ElementTree import iterparse

    if len(content) > LARGEST_XML:
        raise Unusable(f"An XML document has at most {LARGEST_XML:,} bytes")
    depth = count = 0
    root: Element | None = None
    try:
        for event, element in iterparse(BytesIO(content), events=("start", "end"), forbid_dtd=True):
            depth += 1 if event == "start" else -1
            count += event == "start"
            root = element if root is None else root
            if depth > _DEEPEST or count > _MOST_ELEMENTS:
                raise Unusable("The XML is nested too deeply, or has too many elements")
    except ParseError as problem:
        raise Unusable(f"The XML is broken: {problem}") from None
    except (ValueError, LookupError) as problem:  # defusedxml's own are ValueErrors
        raise Unusable(f"The XML has a document type or an encoding that is not taken: {problem}") from None
    if root is None:
        raise Unusable("The XML is empty")
    return root


def name_of(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def all_named(element: Element, *names: str) -> list[Element]:
    """Those below with one of the names, in document order."""
    return [each for each in element.iter() if name_of(each) in names and each is not element]


def first_named(element: Element | None, name: str) -> Element | None:
    found = [] if element is None else all_named(element, name)
    return found[0] if found else None


def text_of(element: Element | None, *, without: frozenset[str] = frozenset(), gap: str = "") -> str:
    """What a reader sees, a line for each block. For elements named `without` there is a `gap`."""
    if element is None:
        return ""
    return tidy("".join(_pieces(element, without, gap)))


def _pieces(element: Element, without: frozenset[str], gap: str) -> Iterator[str]:
    yield one_blank(element.text or "")
    for child in element:
        name = name_of(child)
        if name in without:
            yield gap
        elif name == "img":
            yield child.get("alt") or ""
        elif name not in _SILENT:
            yield "\n" if name in _LINES else ""
            yield from _pieces(child, without, gap)
            yield "\n" if name in _LINES else ""
        yield one_blank(child.tail or "")
