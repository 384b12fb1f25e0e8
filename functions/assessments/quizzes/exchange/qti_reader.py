"""Reading a QTI content package, or a single document, of any version, and Moodle's XML, within limits."""

import posixpath
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import unquote
from xml.etree.ElementTree import Element, tostring

from functions.assessments.quizzes.exchange.errors import NotAQuiz, UnusableContent
from functions.assessments.quizzes.exchange.losses import find_lost_media
from functions.assessments.quizzes.exchange.models import (
    Fields,
    FoundQuestion,
    QuizContents,
    RejectedQuestion,
)
from functions.assessments.quizzes.exchange.moodle_reader import read_moodle
from functions.assessments.quizzes.exchange.qti1_reader import read_items as read_old_items
from functions.assessments.quizzes.exchange.qti1_reader import read_title as read_old_title
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

_ITEM, _TEST, _OLD, _MOODLE = "assessmentItem", "assessmentTest", "questestinterop", "quiz"
_OTHERS = frozenset({"manifest", _TEST})
_VERSIONS = (("v3p0", "QTI 3"), ("v2p2", "QTI 2.2"), ("v2p1", "QTI 2.1"))
_QTI_1 = "QTI 1.2"

Items = list[FoundQuestion | RejectedQuestion]


def read_document(content: bytes) -> QuizContents:
    """Read a document by itself: an item, or a file of QTI 1.2 or Moodle. Raises NotAQuiz."""
    try:
        root = parse_xml(content)
    except UnusableContent as problem:
        raise NotAQuiz(str(problem)) from None
    name = get_name(root)
    if name in _OTHERS:
        raise NotAQuiz("The questions are in other files; send the package that contains them")
    if name == _OLD:
        title = read_old_title(root)
        return QuizContents(read_old_items([root]), {"title": title} if title else {}, _QTI_1)
    if name == _MOODLE:
        return read_moodle(root)
    if name != _ITEM:
        raise NotAQuiz(f"The XML must be QTI or Moodle's, and not a {name[:60]}")
    title = (root.get("title") or "").strip()
    return QuizContents(_read_item(1, root), {"title": title} if title else {}, _find_version([content]))


def read_package(content: bytes) -> QuizContents:
    """Read all items of a package, in the order of its test, then those in no test. Raises NotAQuiz."""
    documents: dict[str, Element] = {}
    sources: list[bytes] = []
    broken: list[str] = []
    try:
        for name, raw in _read_documents(content):
            try:
                documents[name] = parse_xml(raw)
                sources.append(raw)
            except UnusableContent as problem:
                broken.append(f"{name[:100]}: {problem}")
    except ArchiveRefused as problem:
        raise NotAQuiz(str(problem)) from None
    old = [root for root in documents.values() if get_name(root) == _OLD]
    tests = {name: root for name, root in documents.items() if get_name(root) == _TEST}
    items = _order_items(documents, tests)
    read: Items = [each for row, root in enumerate(items, 1) for each in _read_item(row, root)]
    read += read_old_items(old, first_row=len(items) + 1)
    rows = max((each.row for each in read), default=0)
    read += [RejectedQuestion(row, problem) for row, problem in enumerate(broken, rows + 1)]
    settings = _read_settings(next(iter(tests.values()), None))
    if not settings and (title := next(filter(None, map(read_old_title, old)), "")):
        settings = {"title": title}
    return QuizContents(read, settings, _QTI_1 if old and not items else _find_version(sources))


def _order_items(documents: dict[str, Element], tests: dict[str, Element]) -> list[Element]:
    order = [
        _resolve(name, ref.get("href", ""))
        for name, root in tests.items()
        for ref in find_all(root, "assessmentItemRef")
    ]
    names = [name for name in dict.fromkeys([*order, *documents]) if name in documents]
    return [documents[name] for name in names if get_name(documents[name]) == _ITEM]


def _read_item(row: int, root: Element) -> Items:
    try:
        left_out = tuple(find_lost_media(tostring(root, encoding="unicode")))
        return [FoundQuestion(row, part, left_out) for part in read_item(root)]
    except UnusableContent as problem:
        title = (root.get("title") or "").strip()[:60]
        return [RejectedQuestion(row, f"{title}: {problem}" if title else str(problem))]


def _find_version(sources: list[bytes]) -> str:
    """Return the name of the newest version that one of the documents names."""
    heads = b" ".join(source[:2000] for source in sources).decode("utf-8", "replace")
    if "qti-assessment-item" in heads:
        return "QTI 3"
    return next((name for mark, name in _VERSIONS if mark in heads), "QTI")


def _resolve(test: str, href: str) -> str:
    """Return the name of an entry that a test refers to by a relative URL."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(test), unquote(href)))


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
            if name.lower().endswith((".xml", ".qti", ".dat")):  # .dat is Blackboard's name for them
                yield name, archive.read(name, max_bytes=MAX_XML_BYTES)
