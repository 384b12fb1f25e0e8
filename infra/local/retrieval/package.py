"""Documents that are XML parts in a ZIP archive: Office Open XML, OpenDocument, EPUB."""

import posixpath
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import unquote

from lxml import etree

from infra.local.retrieval.blocks import Damaged, Unreadable
from shared.archives import (
    Archive,
    ArchiveDamaged,
    ArchiveLimits,
    ArchiveRefused,
    ArchiveTooLarge,
    open_archive,
)

_MAX_BYTES: Final = 200 * 1024 * 1024
_LIMITS = ArchiveLimits(max_entries=5000, max_unpacked_bytes=_MAX_BYTES)
_HEAD_BYTES = 64 * 1024
_IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".emf", ".wmf", ".bmp", ".tif", ".tiff", ".webp")
_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/presentationml/2006/main": "p",
    "http://purl.oclc.org/ooxml/presentationml/main": "p",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://www.w3.org/XML/1998/namespace": "xml",
    "http://www.w3.org/1999/xlink": "xlink",
    "urn:oasis:names:tc:opendocument:xmlns:office:1.0": "office",
    "urn:oasis:names:tc:opendocument:xmlns:text:1.0": "text",
    "urn:oasis:names:tc:opendocument:xmlns:table:1.0": "table",
    "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0": "draw",
    "urn:oasis:names:tc:opendocument:xmlns:style:1.0": "style",
}


class Element(Protocol):
    """An element of a parsed part: what is used of the library's, which has no types."""

    tag: object
    text: str | None
    tail: str | None
    attrib: Mapping[str, str]

    def __iter__(self) -> Iterator["Element"]: ...

    def get(self, name: str, default: str, /) -> str: ...

    def iter(self) -> Iterator["Element"]: ...

    def itertext(self) -> Iterator[str]: ...


@dataclass(frozen=True)
class Relation:
    """A part that another part names: the last word of the relation's type, and the part's name."""

    kind: str
    target: str


class Package:
    """An open package, whose parts are read within limits and without entities."""

    def __init__(self, archive: Archive, noun: str) -> None:
        self._archive = archive
        self._noun = noun

    def __contains__(self, name: str) -> bool:
        return name in self._archive

    def count_images(self) -> int:
        """Count the pictures in the package, but for the one that shows it in a folder."""
        return sum(
            name.lower().endswith(_IMAGE_SUFFIXES) and "thumbnail" not in name.lower()
            for name in self._archive.names
        )

    def read(self, name: str) -> bytes:
        """Read a part. Raises Unreadable if there is none."""
        if name not in self._archive:
            raise Damaged(f"{self._noun} is damaged and could not be read")
        return self._archive.read(name, max_bytes=_MAX_BYTES)

    def read_xml(self, name: str) -> Element:
        """Read and parse a part. Raises Unreadable, and XMLSyntaxError for what is no XML."""
        data = self.read(name)
        self._check_entities(data[:_HEAD_BYTES])
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
        )
        root: Any = etree.fromstring(data, parser)
        if root.getroottree().docinfo.internalDTD is not None:
            self._refuse_entities()
        element: Element = root
        return element

    def list_relations(self, name: str) -> dict[str, Relation]:
        """List the parts that a part names, by its names for them; the empty name is the package."""
        folder, _, last = name.rpartition("/")
        listing = posixpath.join(folder, "_rels", f"{last}.rels")
        if listing not in self._archive:
            return {}
        return {
            relation.get("Id", ""): Relation(
                relation.get("Type", "").rpartition("/")[2], resolve(name, relation.get("Target", ""))
            )
            for relation in self.read_xml(listing)
            if relation.get("TargetMode", "") != "External"
        }

    def _check_entities(self, head: bytes) -> None:
        head = head.replace(b"\x00", b"")  # so that UTF-16 reads alike
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            self._refuse_entities()

    def _refuse_entities(self) -> None:
        raise Unreadable(f"{self._noun} declares XML entities, which are not accepted")


@contextmanager
def open_package(path: Path, noun: str) -> Iterator[Package]:
    """Open a package; `noun` names it in messages. Raises Unreadable, whatever goes wrong within."""
    try:
        with path.open("rb") as file, open_archive(file, _LIMITS) as archive:
            archive.check_total()
            yield Package(archive, noun)
    except (MemoryError, Unreadable):
        raise
    except ArchiveTooLarge as error:
        raise Unreadable(f"{noun} unpacks to more data than is accepted") from error
    except ArchiveDamaged as error:
        raise Damaged(f"{noun} is damaged and could not be read") from error
    except ArchiveRefused as error:
        raise Unreadable(str(error)) from error
    except Exception as error:  # a damaged file may lead a parser to any
        raise Damaged(f"{noun} is damaged and could not be read") from error


def resolve(part: str, target: str) -> str:
    """Return the name of the part that `part` calls `target`."""
    bare = unquote(target.partition("#")[0])
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), bare)).lstrip("/")


@lru_cache(maxsize=4096)
def _qualify(tag: str) -> str:
    namespace, closing, local = tag[1:].partition("}")
    return f"{_PREFIXES.get(namespace, '?')}:{local}" if closing else tag


def name_of(element: Element) -> str:
    """Return the name of an element with its usual prefix, in whichever edition of the standard it is."""
    return _qualify(element.tag) if isinstance(element.tag, str) else ""


def list_children(element: Element | None, *names: str) -> list[Element]:
    """List an element's children of these names."""
    return [child for child in element if name_of(child) in names] if element is not None else []


def find_child(element: Element | None, *path: str) -> Element | None:
    """Return the first element down the path of names, or None."""
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if name_of(child) == name), None)
    return element


def get_attribute(element: Element | None, name: str) -> str | None:
    """Return an attribute by its name with the usual prefix."""
    if element is None:
        return None
    return next((str(value) for key, value in element.attrib.items() if _qualify(str(key)) == name), None)


def choose_alternative(element: Element) -> list[Element]:
    """Return what stands in the first choice of alternative content, or in its fallback."""
    chosen = find_child(element, "mc:Choice")
    return list(chosen if chosen is not None else find_child(element, "mc:Fallback") or ())
