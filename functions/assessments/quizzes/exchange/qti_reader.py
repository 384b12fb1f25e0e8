"""Reading a QTI content package, or a single item, within limits."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element

from functions.assessments.quizzes.exchange.errors import NotAQuiz, UnusableContent
from functions.assessments.quizzes.exchange.models import FoundQuestion, QuizContents, RejectedQuestion
from functions.assessments.quizzes.exchange.qti_item_reader import read_item
from functions.assessments.quizzes.exchange.xml_parser import (
    MAX_XML_BYTES,
    find_all,
    find_first,
    get_name,
    parse_xml,
)
from shared.archives import ArchiveLimits, ArchiveRefused, open_archive

MAX_ENTRIES = 2000
# The unpacked documents must fit into one transaction.
_LIMITS = ArchiveLimits(max_entries=MAX_ENTRIES, max_unpacked_bytes=8 * 1024 * 1024)

_ITEM, _TEST = "assessmentItem", "assessmentTest"
_OTHERS = frozenset({"manifest", _TEST})

Fields = dict[str, Any]


def read_document(content: bytes) -> QuizContents:
    """Read a single item. Raises NotAQuiz."""
    try:
        root = parse_xml(content)
    except UnusableContent as problem:
        raise NotAQuiz(str(problem)) from None
    if get_name(root) in _OTHERS:
        raise NotAQuiz("The questions are in other files; send the package that contains them")
    if get_name(root) != _ITEM:
        raise NotAQuiz(f"The XML must be QTI 2.1, and not a {get_name(root)[:60]}")
    title = (root.get("title") or "").strip()
    return QuizContents([_read_item(1, root)], {"title": title} if title else {})


def read_package(content: bytes) -> QuizContents:
    """Read all items of a package, in the order of its test, then those in no test. Raises NotAQuiz."""
    documents: dict[str, Element] = {}
    broken: list[str] = []
    try:
        for name, raw in _read_documents(content):
            try:
                documents[name] = parse_xml(raw)
            except UnusableContent as problem:
                broken.append(f"{name[:100]}: {problem}")
    except ArchiveRefused as problem:
        raise NotAQuiz(str(problem)) from None
    tests = {name: root for name, root in documents.items() if get_name(root) == _TEST}
    order = [
        _resolve(name, ref.get("href", "")) for name, root in tests.items() for ref in _find_references(root)
    ]
    names = [name for name in dict.fromkeys([*order, *documents]) if name in documents]
    items = [documents[name] for name in names if get_name(documents[name]) == _ITEM]
    read: list[FoundQuestion | RejectedQuestion] = [
        _read_item(row, root) for row, root in enumerate(items, 1)
    ]
    read += [RejectedQuestion(row, problem) for row, problem in enumerate(broken, len(read) + 1)]
    return QuizContents(read, _read_settings(next(iter(tests.values()), None)))


def _read_item(row: int, root: Element) -> FoundQuestion | RejectedQuestion:
    try:
        return FoundQuestion(row, read_item(root))
    except UnusableContent as problem:
        title = (root.get("title") or "").strip()[:60]
        return RejectedQuestion(row, f"{title}: {problem}" if title else str(problem))


def _find_references(test: Element) -> list[Element]:
    return find_all(test, "assessmentItemRef")


def _resolve(test: str, href: str) -> str:
    """Return the name of an entry that a test refers to, relative to the test."""
    folder = test.rpartition("/")[0]
    return f"{folder}/{href}" if folder else href


def _read_settings(test: Element | None) -> Fields:
    """Return the settings of the quiz that the test has."""
    if test is None:
        return {}
    settings: Fields = {"title": (test.get("title") or "").strip()}
    limits, ordering = find_first(test, "timeLimits"), find_first(test, "ordering")
    selection = find_first(test, "selection")
    seconds = _parse_whole(limits.get("maxTime")) if limits is not None else None
    if seconds:
        settings["time_limit_minutes"] = -(-seconds // 60)
    if ordering is not None:
        settings["randomize_questions"] = ordering.get("shuffle") == "true"
    if selection is not None and (drawn := _parse_whole(selection.get("select"))):
        settings["questions_per_attempt"] = drawn
    return {name: value for name, value in settings.items() if value != ""}


def _parse_whole(text: str | None) -> int | None:
    """Return the whole number at the beginning of the text, None if there is none below a billion."""
    digits = (text or "").strip().partition(".")[0]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None


def _read_documents(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the XML documents by name. Raises ArchiveRefused."""
    with open_archive(BytesIO(content), _LIMITS) as archive:
        for name in archive.names:
            if name.lower().endswith(".xml"):
                yield name, archive.read(name, max_bytes=MAX_XML_BYTES)
