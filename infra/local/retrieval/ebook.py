"""E-books (EPUB): the chapters in the order of the book's spine."""

from collections.abc import Iterator
from pathlib import Path

from infra.local.retrieval.blocks import Block, Parsed, Unreadable, merge_blocks, require_text
from infra.local.retrieval.package import (
    Element,
    Package,
    get_attribute,
    name_of,
    open_package,
    resolve,
)
from infra.local.retrieval.webpage import read_chapter

MAX_CHAPTERS = 5_000
_NOUN = "The e-book"
_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_CHAPTER_TYPES = frozenset({"application/xhtml+xml", "text/html", "text/x-oeb1-document"})


def parse_ebook(path: Path) -> Parsed:
    """Parse an e-book. Raises Unreadable if it is none, damaged, protected, or without text."""
    with open_package(path, _NOUN) as package:
        if _CONTAINER not in package:
            raise Unreadable("The file is not an e-book")
        chapters = _list_chapters(package)
        if not _list_protected(package).isdisjoint(chapters):
            raise Unreadable(f"{_NOUN} is protected against copying")
        blocks = [block for chapter in chapters for block in _read_chapter(package, chapter)]
        parsed = Parsed(merge_blocks(blocks), images_skipped=package.count_images())
        return require_text(parsed, f"{_NOUN} has no text")


def _list_chapters(package: Package) -> list[str]:
    """List the parts that the spine names, without the table of contents."""
    root = next(_find_all(package.read_xml(_CONTAINER), "rootfile"), None)
    listing = get_attribute(root, "full-path") or ""
    contents = package.read_xml(listing)
    items = {get_attribute(item, "id"): item for item in _find_all(contents, "item")}
    spine = [items.get(get_attribute(each, "idref")) for each in _find_all(contents, "itemref")]
    chapters = [
        resolve(listing, get_attribute(item, "href") or "")
        for item in spine
        if item is not None
        and get_attribute(item, "media-type") in _CHAPTER_TYPES
        and "nav" not in (get_attribute(item, "properties") or "").split()
    ]
    return list(dict.fromkeys(chapter for chapter in chapters if chapter in package))[:MAX_CHAPTERS]


def _list_protected(package: Package) -> set[str]:
    if _ENCRYPTION not in package:
        return set()
    references = _find_all(package.read_xml(_ENCRYPTION), "CipherReference")
    return {resolve("", get_attribute(each, "URI") or "") for each in references}


def _read_chapter(package: Package, chapter: str) -> list[Block]:
    return read_chapter(package.read(chapter))


def _find_all(root: Element, local: str) -> Iterator[Element]:
    """Find the elements of a local name, whatever their namespace."""
    return (element for element in root.iter() if name_of(element).rpartition(":")[2] == local)
