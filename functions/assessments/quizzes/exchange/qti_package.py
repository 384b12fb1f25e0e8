"""A QTI content package, or a single document of one: what is in it, within limits, in the test's order."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element

from functions.assessments.quizzes.exchange.errors import NotAQuiz, Unusable
from functions.assessments.quizzes.exchange.models import Found, Reading, Refused
from functions.assessments.quizzes.exchange.qti_reading import read_item
from functions.assessments.quizzes.exchange.xml_reading import (
    LARGEST_XML,
    all_named,
    first_named,
    name_of,
    parsed,
)
from shared.archives import ArchiveLimits, ArchiveRefused, open_archive

MAX_ENTRIES = 2000
# All documents, unpacked: what one transaction takes.
_LIMITS = ArchiveLimits(max_entries=MAX_ENTRIES, max_unpacked_bytes=8 * 1024 * 1024)

_ITEM, _TEST = "assessmentItem", "assessmentTest"
_OTHERS = frozenset({"manifest", _TEST})

Fields = dict[str, Any]


def read_document(content: bytes) -> Reading:
    """A single item. Raises NotAQuiz."""
    try:
        root = parsed(content)
    except Unusable as problem:
        raise NotAQuiz(str(problem)) from None
    if name_of(root) in _OTHERS:
        raise NotAQuiz("The questions are in other files: send the package that has them all")
    if name_of(root) != _ITEM:
        raise NotAQuiz(f"The XML is no QTI 2.1 but a {name_of(root)[:60]}")
    title = (root.get("title") or "").strip()
    return Reading([_item(1, root)], {"title": title} if title else {})


def read_package(content: bytes) -> Reading:
    """All items of a package: as its test orders them, then those that no test has. Raises NotAQuiz."""
    documents: dict[str, Element] = {}
    broken: list[str] = []
    try:
        for name, raw in _documents(content):
            try:
                documents[name] = parsed(raw)
            except Unusable as problem:
                broken.append(f"{name[:100]}: {problem}")
    except ArchiveRefused as problem:
        raise NotAQuiz(str(problem)) from None
    tests = {name: root for name, root in documents.items() if name_of(root) == _TEST}
    order = [
        _resolved(name, ref.get("href", "")) for name, root in tests.items() for ref in _references(root)
    ]
    names = [name for name in dict.fromkeys([*order, *documents]) if name in documents]
    items = [documents[name] for name in names if name_of(documents[name]) == _ITEM]
    found: list[Found | Refused] = [_item(row, root) for row, root in enumerate(items, 1)]
    found += [Refused(len(found) + 1 + place, problem) for place, problem in enumerate(broken)]
    return Reading(found, _settings(next(iter(tests.values()), None)))


def _item(row: int, root: Element) -> Found | Refused:
    try:
        return Found(row, read_item(root))
    except Unusable as problem:
        title = (root.get("title") or "").strip()[:60]
        return Refused(row, f"{title}: {problem}" if title else str(problem))


def _references(test: Element) -> list[Element]:
    return all_named(test, "assessmentItemRef")


def _resolved(test: str, href: str) -> str:
    """The entry that a test names, from where the test stands."""
    folder = test.rpartition("/")[0]
    return f"{folder}/{href}" if folder else href


def _settings(test: Element | None) -> Fields:
    """What the test says of the quiz as a whole."""
    if test is None:
        return {}
    settings: Fields = {"title": (test.get("title") or "").strip()}
    limits, ordering = first_named(test, "timeLimits"), first_named(test, "ordering")
    selection = first_named(test, "selection")
    seconds = _whole(limits.get("maxTime")) if limits is not None else None
    if seconds:
        settings["time_limit_minutes"] = -(-seconds // 60)
    if ordering is not None:
        settings["randomize_questions"] = ordering.get("shuffle") == "true"
    if selection is not None and (drawn := _whole(selection.get("select"))):
        settings["questions_per_attempt"] = drawn
    return {name: value for name, value in settings.items() if value != ""}


def _whole(text: str | None) -> int | None:
    """The whole number that the text begins with, if it is one that makes sense."""
    digits = (text or "").strip().partition(".")[0]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None


def _documents(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the XML documents by name. Raises ArchiveRefused."""
    with open_archive(BytesIO(content), _LIMITS) as archive:
        for name in archive.names:
            if name.lower().endswith(".xml"):
                yield name, archive.read(name, max_bytes=LARGEST_XML)
