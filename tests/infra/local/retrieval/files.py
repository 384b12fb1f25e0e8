"""Sound and hostile files to read, made on the spot."""

import contextlib
import io
import json
import os
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
EBOOK = "application/epub+zip"
OPENDOCUMENT = "application/vnd.oasis.opendocument.text"
RICH_TEXT = "application/rtf"
NOTEBOOK = "application/x-ipynb+json"
PROSE = (
    "A loop repeats a block of statements while its condition holds. "
    "The condition is evaluated again before each turn of the loop. "
    "When it is false, the program goes on after the loop. "
)


def write_pdf(write: Callable[[FPDF], None]) -> bytes:
    pdf = FPDF()
    pdf.set_font("Helvetica", "", 11)
    write(pdf)
    return bytes(pdf.output())


def paragraph(pdf: FPDF, text: str, *, style: str = "", size: int = 11, family: str = "Helvetica") -> None:
    pdf.set_font(family, style, size)
    pdf.multi_cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")


def lesson_pdf() -> bytes:
    """Two pages with a heading, prose, a list and code."""

    def write(pdf: FPDF) -> None:
        pdf.add_page()
        paragraph(pdf, "While loops", style="B", size=18)
        pdf.ln(3)
        paragraph(pdf, PROSE)
        pdf.ln(3)
        paragraph(pdf, "- first the condition is evaluated")
        pdf.ln(1)
        paragraph(pdf, "- then the body is executed")
        pdf.add_page()
        paragraph(pdf, "An example", style="B", size=14)
        pdf.ln(3)
        paragraph(pdf, "while n > 0:\n    n = n - 1", family="Courier")
        pdf.ln(6)
        paragraph(pdf, PROSE)

    return write_pdf(write)


def running_lines_pdf(pages: int = 5) -> bytes:
    """Every page has the same header and its number at the foot."""

    def write(pdf: FPDF) -> None:
        pdf.set_auto_page_break(auto=False)
        for number in range(1, pages + 1):
            pdf.add_page()
            paragraph(pdf, "Introduction to Programming", size=9)
            pdf.ln(10)
            paragraph(pdf, f"Only page {'abcdefgh'[number]} says this. {PROSE}")
            pdf.set_y(280)
            paragraph(pdf, f"Page {number} of {pages}", size=9)

    return write_pdf(write)


def encrypted_pdf(password: str = "secret") -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(lesson_pdf())))
    writer.encrypt(password, algorithm="RC4-128")
    return _bytes(writer)


def scanned_pdf() -> bytes:
    def write(pdf: FPDF) -> None:
        pdf.add_page()
        pdf.rect(10, 10, 50, 50)

    return write_pdf(write)


def many_pages_pdf(count: int) -> bytes:
    """One empty page, named `count` times by the tree of pages."""
    pages = "".join(f"{number} 0 R " for number in range(3, count + 3))
    body = io.BytesIO()
    offsets: list[int] = []
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {count}/Kids[{pages}]>>",
        *(["<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"] * count),
    ]
    body.write(b"%PDF-1.4\n")
    for number, content in enumerate(objects, start=1):
        offsets.append(body.tell())
        body.write(f"{number} 0 obj{content}endobj\n".encode())
    start = body.tell()
    body.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    body.write("".join(f"{offset:010} 00000 n \n" for offset in offsets).encode())
    body.write(f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF".encode())
    return body.getvalue()


def looping_pdf() -> bytes:
    """The tree of pages leads back to its own root."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    root = writer._root_object["/Pages"].get_object()
    assert isinstance(root, DictionaryObject)
    root[NameObject("/Kids")] = ArrayObject([writer._root_object.raw_get("/Pages")])
    root[NameObject("/Count")] = NumberObject(1)
    return _bytes(writer)


def lesson_docx() -> bytes:
    document = docx.Document()
    document.add_heading("Loops in Python", level=1)
    document.add_paragraph(PROSE)
    document.add_paragraph("first item", style="List Bullet")
    document.add_paragraph("second item", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("Keyword", "Meaning", "while", "repeats"), strict=True):
        cell.text = text
    document.add_paragraph("after the table")
    code = document.add_paragraph()
    code.add_run("for n in range(3):").font.name = "Courier New"
    code = document.add_paragraph()
    code.add_run("    print(n)").font.name = "Courier New"
    document.add_paragraph("typed with line breaks:")
    document.add_paragraph("\n    x = 1\n    y = 2\n")
    document.add_paragraph("left | right")
    document.add_paragraph("")
    return _saved(document)


def merged_cells_docx() -> bytes:
    document = docx.Document()
    table = document.add_table(rows=1, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    table.cell(0, 2).text = "narrow"
    return _saved(document)


def empty_docx() -> bytes:
    return _saved(docx.Document())


def zip_bomb_docx(megabytes: int = 64) -> bytes:
    """Zeros that would unpack to a thousand times their size."""
    return archive({"[Content_Types].xml": b"<a/>", "word/document.xml": b"\x00" * (megabytes * 1024**2)})


def many_entries_docx() -> bytes:
    return archive({"word/document.xml": b"<a/>"} | {f"word/{number}.xml": b"" for number in range(5_001)})


def entity_bomb_docx() -> bytes:
    return declare_entities(lesson_docx(), "word/document.xml")


def broken_docx() -> bytes:
    return _with_part(lesson_docx(), "word/document.xml", b"<w:document><unclosed>")


def wrap_body(body: bytes) -> bytes:
    """A Word document of these paragraphs, stored so loosely that it is no bomb by its ratio."""
    namespace = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = b'<w:document xmlns:w="%s"><w:body>%s</w:body></w:document>' % (namespace, body)
    return _with_part(lesson_docx(), "word/document.xml", xml, compression=zipfile.ZIP_STORED)


OFFICE = "http://schemas.openxmlformats.org"
RELATIONS = f"{OFFICE}/officeDocument/2006/relationships"
WORD_NAMESPACES = (
    f'xmlns:w="{OFFICE}/wordprocessingml/2006/main" xmlns:m="{OFFICE}/officeDocument/2006/math" '
    f'xmlns:mc="{OFFICE}/markup-compatibility/2006"'
)
STRICT_NAMESPACES = (
    'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main" '
    'xmlns:m="http://purl.oclc.org/ooxml/officeDocument/math"'
)


def list_relations(*targets: tuple[str, str], base: str = RELATIONS) -> bytes:
    """Relations r1, r2 and so on, each of a kind and to a part."""
    named = "".join(
        f'<Relationship Id="r{number}" Type="{base}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{OFFICE}/package/2006/relationships">{named}</Relationships>'.encode()


def build_docx(body: str, *, namespaces: str = WORD_NAMESPACES, **parts: str) -> bytes:
    """A Word document of this body; further parts (`styles`, `footnotes`, `endnotes`) by their content."""
    xml = {"document": f"<w:body>{body}</w:body>"} | parts
    related = list_relations(*((name, f"{name}.xml") for name in parts))
    return archive(
        {
            "[Content_Types].xml": b"<Types/>",
            "_rels/.rels": list_relations(("officeDocument", "word/document.xml")),
            "word/_rels/document.xml.rels": related,
        }
        | {
            f"word/{name}.xml": f"<w:{name} {namespaces}>{content}</w:{name}>".encode()
            for name, content in xml.items()
        }
    )


SLIDE_NAMESPACES = (
    f'xmlns:a="{OFFICE}/drawingml/2006/main" xmlns:p="{OFFICE}/presentationml/2006/main" '
    f'xmlns:m="{OFFICE}/officeDocument/2006/math" xmlns:r="{RELATIONS}" '
    'xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main"'
)


def build_pptx(*slides: str, notes: str = "", namespaces: str = SLIDE_NAMESPACES) -> bytes:
    """A presentation of slides given by their shapes; notes hang on the first."""
    numbers = range(1, len(slides) + 1)
    named = "".join(f'<p:sldId id="{number}" r:id="r{number}"/>' for number in numbers)

    def write(name: str, content: str) -> str:
        return f"<p:{name} {namespaces}>{content}</p:{name}>"

    def write_shapes(name: str, shapes: str) -> str:
        return write(name, f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>")

    parts = {
        "[Content_Types].xml": "<Types/>",
        "ppt/presentation.xml": write("presentation", f"<p:sldIdLst>{named}</p:sldIdLst>"),
        "ppt/notesSlides/notes.xml": write_shapes("notes", notes),
    } | {
        f"ppt/slides/s{number}.xml": write_shapes("sld", shapes)
        for number, shapes in zip(numbers, slides, strict=True)
    }
    return archive(
        {name: content.encode() for name, content in parts.items()}
        | {
            "_rels/.rels": list_relations(("officeDocument", "ppt/presentation.xml")),
            "ppt/_rels/presentation.xml.rels": list_relations(
                *(("slide", f"slides/s{number}.xml") for number in numbers)
            ),
            "ppt/slides/_rels/s1.xml.rels": list_relations(("notesSlide", "../notesSlides/notes.xml")),
        }
    )


def build_shape(kind: str | None, *paragraphs: str) -> str:
    """A shape of a slide; `kind` is its placeholder's, None for a text box. Plain text is a paragraph."""
    place = "" if kind is None else f'<p:ph type="{kind}"/>'
    texts = "".join(
        each if each.startswith("<a:p>") else f"<a:p><a:r><a:t>{each}</a:t></a:r></a:p>"
        for each in paragraphs
    )
    return f"<p:sp><p:nvSpPr><p:nvPr>{place}</p:nvPr></p:nvSpPr><p:txBody>{texts}</p:txBody></p:sp>"


def lesson_pptx() -> bytes:
    return build_pptx(build_shape("body", PROSE) + build_shape("title", "Loops"))


def build_epub(spine: str = "two one", *, encrypted: str = "", **chapters: str) -> bytes:
    """An e-book of chapters, each by the inside of its body, in the order of the spine."""
    items = "".join(
        f'<item id="{name}" href="text/{name}%20x.xhtml" media-type="application/xhtml+xml"'
        f"{' properties=`nav`' if name == 'nav' else ''}/>".replace("`", '"')
        for name in chapters
    )
    order = "".join(f'<itemref idref="{name}"/>' for name in spine.split())
    parts = {
        "mimetype": EBOOK,
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf">'
        f"<manifest>{items}</manifest><spine>{order}</spine></package>",
    } | {
        f"OEBPS/text/{name} x.xhtml": '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">'
        f"<head><title>not read</title></head><body>{content}</body></html>"
        for name, content in chapters.items()
    }
    if encrypted:
        parts["META-INF/encryption.xml"] = (
            f'<encryption xmlns:e="e"><e:CipherReference URI="{encrypted}"/></encryption>'
        )
    return archive({name: content.encode() for name, content in parts.items()})


def lesson_epub() -> bytes:
    return build_epub("one", one=f"<h1>Loops</h1><p>{PROSE}</p>")


_ODF = "urn:oasis:names:tc:opendocument:xmlns"
ODT_NAMESPACES = (
    " ".join(f'xmlns:{name}="{_ODF}:{name}:1.0"' for name in ("office", "text", "table", "style"))
    + f' xmlns:draw="{_ODF}:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
)


def build_odt(body: str, *, styles: str = "", parts: dict[str, str] | None = None) -> bytes:
    """An OpenDocument text of this body; styles are its automatic ones."""
    content = (
        f"<office:document-content {ODT_NAMESPACES}>"
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    texts = {"mimetype": OPENDOCUMENT, "content.xml": content} | (parts or {})
    return archive({name: text.encode() for name, text in texts.items()})


def lesson_odt() -> bytes:
    return build_odt(f"<text:h>Loops</text:h><text:p>{PROSE}</text:p>")


def build_notebook(*cells: dict[str, object], version: int = 4) -> bytes:
    """A notebook of cells."""
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": version, "nbformat_minor": 5}).encode()


def lesson_ipynb() -> bytes:
    return build_notebook(
        {"cell_type": "markdown", "source": ["# Loops\n", "\n", PROSE]},
        {"cell_type": "code", "source": "for n in range(3):\n    print(n)", "outputs": []},
    )


def deep_notebook() -> bytes:
    return b'{"cells": [' + b"[" * 500_000 + b'], "nbformat": 4, "cell_type": 0}'


def bomb(source: bytes, name: str, megabytes: int = 64) -> bytes:
    """A package of which one part would unpack to a thousand times its size."""
    return _with_part(source, name, b"\x00" * (megabytes * 1024**2))


def declare_entities(source: bytes, name: str) -> bytes:
    """A package of which one part declares entities that name each other."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "lol">{entities}]><a>&e9;</a>'
    return _with_part(source, name, body.encode())


def damage_parts(source: bytes, seed: int) -> bytes:
    """A package of sound form, in whose parts elements and attributes have lost or changed their names."""
    chance = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(source)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    for name, data in parts.items():
        words = re.split(rb"(\b\w+\b)", data)
        for _ in range(chance.randint(0, 3)):
            words[chance.randrange(len(words))] = chance.choice([b"", b"x", b"-1", b"99999999999", b"\xff"])
        parts[name] = b"".join(words)
    return archive(parts)


def nest(source: bytes, name: str, before: str, after: str, levels: int = 100_000) -> bytes:
    """A package of which one part is nested deeper than any parser follows."""
    return _with_part(source, name, (before * levels + after * levels).encode())


def measure_peak_megabytes() -> float:
    """The most memory that any reading process of this one, still running, has had so far."""
    peaks = [0.0]
    for pid in _children(os.getpid()):
        for reading in _children(pid):
            with contextlib.suppress(OSError, IndexError):  # it has ended meanwhile
                status = Path(f"/proc/{reading}/status").read_text()
                peaks.append(int(status.split("VmHWM:")[1].split()[0]) / 1024)
    return max(peaks)


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    return []


def archive(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return buffer.getvalue()


def _with_part(source: bytes, name: str, data: bytes, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    with zipfile.ZipFile(io.BytesIO(source)) as file:
        parts = {entry: file.read(entry) for entry in file.namelist()}
    return archive(parts | {name: data}, compression)


def _saved(document: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _bytes(writer: PdfWriter) -> bytes:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
