"""An article as a Word document, in Word's own styles."""

from datetime import datetime

from docx import Document
from docx.document import Document as Manuscript
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph as Line

from infra.local.demo.documents.source import (
    Article,
    Block,
    Formula,
    Heading,
    Items,
    Note,
    Paragraph,
    Span,
    Table,
    Text,
)

TABLE_STYLE = "Light Grid Accent 1"


def compose(article: Article, *, created: datetime) -> Manuscript:
    """Compose the manuscript, ready to be saved."""
    manuscript = Document()
    _prepare(manuscript, article, created)
    manuscript.add_paragraph(article.title, style="Title")
    manuscript.add_paragraph(article.subtitle, style="Subtitle")
    for block in article.blocks:
        _add(manuscript, block)
    return manuscript


def _prepare(manuscript: Manuscript, article: Article, created: datetime) -> None:
    properties = manuscript.core_properties
    properties.title, properties.author, properties.language = article.title, "Aksio", "en-GB"
    properties.comments = ""
    properties.created = properties.modified = created.replace(tzinfo=None)
    section = manuscript.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)
    normal = manuscript.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    normal.paragraph_format.space_after = Pt(6)


def _add(manuscript: Manuscript, block: Block) -> None:
    match block:
        case Heading():
            manuscript.add_heading(block.text, level=block.level)
        case Paragraph():
            _write(manuscript.add_paragraph(), block.text)
        case Note():
            _write(manuscript.add_paragraph(style="Quote"), block.text)
        case Items():
            _add_items(manuscript, block)
        case Formula():
            line = manuscript.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _write(line, (Span(block.text, italic=True),))
        case Table():
            _add_table(manuscript, block)


def _add_items(manuscript: Manuscript, block: Items) -> None:
    numbering = _new_numbering(manuscript) if block.ordered else None
    for item in block.items:
        line = manuscript.add_paragraph(style="List Number" if block.ordered else "List Bullet")
        line.paragraph_format.space_after = Pt(2)
        if numbering is not None:
            properties = line.paragraph_format.element.get_or_add_pPr()
            properties.get_or_add_numPr().get_or_add_numId().val = numbering
        _write(line, item)


def _new_numbering(manuscript: Manuscript) -> int:
    """Create a numbering that begins at 1: without one, Word counts on from the list before."""
    style = manuscript.styles["List Number"].element
    definitions = manuscript.part.numbering_part.element
    inherited = definitions.num_having_numId(style.pPr.numPr.numId.val)
    numbering = definitions.add_num(inherited.abstractNumId.val)
    numbering.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(numbering.numId)


def _add_table(manuscript: Manuscript, block: Table) -> None:
    caption = manuscript.add_paragraph(block.caption, style="Caption")
    caption.paragraph_format.keep_with_next = True
    grid = manuscript.add_table(rows=0, cols=len(block.rows[0]), style=TABLE_STYLE)
    for row in block.rows:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.text = text
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)
    manuscript.add_paragraph()


def _write(line: Line, text: Text) -> None:
    for span in text:
        run = line.add_run(span.text)
        run.bold, run.italic = span.bold or None, span.italic or None
