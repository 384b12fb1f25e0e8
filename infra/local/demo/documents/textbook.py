"""An article as the PDF of a small textbook."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from fpdf import FPDF
from fpdf.enums import Align, CharVPos, MethodReturnValue, TableBordersLayout, VAlign, WrapMode, XPos, YPos
from fpdf.fonts import FontFace

from infra.local.demo.documents.glyphs import ENCODING, flatten, split_runs
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
    join_spans,
)

PAGE = (176.0, 250.0)  # mm: the B5 of many textbooks
MARGIN = 21.0
BODY = 10.5  # points, as all font sizes
SMALL = 9.0
LEADING = 1.28
GAP = 2.6  # mm between paragraphs
NOTE_INDENT = 5.0
ITEM_INDENT = 7.0
WHOLE = 99  # more lines than any paragraph that must not be broken
CAPTION = 6.0  # mm, as all heights
CELL_LINE = 4.4
CELL_PADDING = 1.1
INK = (30, 62, 98)
DARK = (40, 40, 40)
GREY = (110, 110, 110)
TINT = (232, 238, 245)
HEADING_SIZES = {1: 17.0, 2: 12.5}
HEADING_ROOM = {1: 52.0, 2: 26.0}  # mm that must be left on the page below the heading's top


class Writer(Protocol):
    """A paragraph of fpdf, which takes text in the font that is set."""

    def write(self, text: str) -> object: ...


class Textbook(FPDF):
    """A PDF that sets blocks one after another, with numbered headings, running heads and page numbers."""

    def __init__(self, article: Article, *, created: datetime) -> None:
        super().__init__(format=PAGE)
        self.core_fonts_encoding = ENCODING
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN)
        self.set_title(article.title)
        self.set_author("Aksio")
        self.set_lang("en-GB")
        self.set_creation_date(created)
        self._article = article
        self._chapter = ""
        self._numbers = [0, 0]
        self._set_body()

    def header(self) -> None:
        """Set the running head; the title page has none."""
        if self.page_no() == 1:
            return
        self.set_y(11)
        self._set_small("I")
        self.cell(self.epw / 2, 5, flatten(self._article.title))
        self.cell(self.epw / 2, 5, flatten(self._chapter), align=Align.R, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_draw_color(*GREY)
        self.line(MARGIN, self.y + 0.5, self.w - MARGIN, self.y + 0.5)
        self.set_y(MARGIN)
        self._set_body()

    def footer(self) -> None:
        """Set the page's number; the title page has none."""
        if self.page_no() == 1:
            return
        self.set_y(-14)
        self._set_small("")
        self.cell(self.epw, 5, str(self.page_no()), align=Align.C)
        self._set_body()

    def compose(self) -> None:
        """Set the whole article."""
        self._set_title_page()
        for block in self._article.blocks:
            self._set_block(block)

    def _set_title_page(self) -> None:
        self.add_page()
        self.set_y(48)
        self._set_line(self._article.title, size=30, style="B", after=3)
        self._set_line(self._article.subtitle, size=13, style="I", after=6)
        self._draw_bar(MARGIN + 1, self.y, 34, 1.2)
        self.set_y(self.y + 14)
        self._set_body()

    def _set_block(self, block: Block) -> None:
        match block:
            case Heading():
                self._set_heading(block)
            case Paragraph():
                self._set_paragraph(block.text)
            case Note():
                self._set_note(block.text)
            case Items():
                self._set_items(block)
            case Formula():
                self._set_formula(block.text)
            case Table():
                self._set_table(block)

    def _set_heading(self, heading: Heading) -> None:
        number = self._count_heading(heading.level)
        if heading.level == 1:
            self._chapter = f"{number} {heading.text}"
        if self.page_no() == 1 or self.will_page_break(HEADING_ROOM[heading.level]):
            self.add_page()
        else:
            self.ln(7 if heading.level == 1 else 2.5)
        self.start_section(f"{number} {heading.text}", level=heading.level - 1)
        self._set_line(f"{number} {heading.text}", size=HEADING_SIZES[heading.level], style="B", after=2.2)
        self._set_body()

    def _count_heading(self, level: int) -> str:
        self._numbers[level - 1] += 1
        self._numbers[level:] = [0] * (len(self._numbers) - level)
        return ".".join(map(str, self._numbers[:level]))

    def _set_line(self, text: str, *, size: float, style: str, after: float) -> None:
        self.set_font("Helvetica", style, size)
        self.set_text_color(*INK)
        with self.text_columns() as columns, columns.paragraph(bottom_margin=after, line_height=1.15) as line:
            self._write(line, (Span(text),))

    def _set_paragraph(self, text: Text, *, indent: float = 0) -> None:
        self._keep_together(text, indent=indent, lines=3)
        with (
            self._prevent_widow(text, indent=indent),
            self.text_columns(text_align=Align.J, line_height=LEADING, l_margin=MARGIN + indent) as columns,
            columns.paragraph(bottom_margin=GAP, wrapmode=WrapMode.WORD) as paragraph,
        ):
            self._write(paragraph, text)

    def _set_note(self, text: Text) -> None:
        """Set a paragraph beside a bar, never broken over two pages."""
        self._keep_together(text, indent=NOTE_INDENT)
        self.ln(1)
        top = self.y
        self._set_paragraph(text, indent=NOTE_INDENT)
        self._draw_bar(MARGIN + 1.5, top, 0.7, self.y - top - GAP + 0.6)
        self.ln(1)

    def _draw_bar(self, x: float, y: float, width: float, height: float) -> None:
        with self.local_context(fill_color=INK):
            self.rect(x, y, width, height, style="F")

    def _keep_together(self, text: Text, *, indent: float, lines: int = WHOLE) -> None:
        """Begin a new page rather than leave fewer than `lines` of the text at the foot of this one."""
        if self._count_free_lines() < min(lines, self._count_lines(join_spans(text), self.epw - indent)):
            self.add_page()

    @contextmanager
    def _prevent_widow(self, text: Text, *, indent: float) -> Iterator[None]:
        """Break the text a line earlier if just its last line would stand on the next page."""
        is_widow = self._count_lines(join_spans(text), self.epw - indent) - self._count_free_lines() == 1
        self.set_auto_page_break(auto=True, margin=MARGIN + is_widow * self.font_size * LEADING)
        yield
        self.set_auto_page_break(auto=True, margin=MARGIN)

    def _count_free_lines(self) -> int:
        """Count the lines of the body that still fit on the page."""
        return int((self.page_break_trigger - self.y) / (self.font_size * LEADING))

    def _count_lines(self, text: str, width: float) -> int:
        encoded = flatten(text).encode(ENCODING, "replace").decode(ENCODING)
        lines = self.multi_cell(width, text=encoded, dry_run=True, output=MethodReturnValue.LINES)
        return len(lines) if isinstance(lines, list) else 1

    def _set_items(self, block: Items) -> None:
        for position, item in enumerate(block.items, start=1):
            self._keep_together(item, indent=2 * ITEM_INDENT)
            bullet = f"{position}." if block.ordered else "•"
            with (
                self.text_columns(line_height=LEADING) as columns,
                columns.paragraph(
                    indent=ITEM_INDENT, bullet_string=bullet, bottom_margin=1.0, wrapmode=WrapMode.WORD
                ) as paragraph,
            ):
                self._write(paragraph, item)
        self.ln(GAP - 1.0)

    def _set_formula(self, formula: str) -> None:
        self.ln(1)
        with (
            self.text_columns(text_align=Align.C, line_height=LEADING) as columns,
            columns.paragraph(bottom_margin=GAP + 1) as paragraph,
        ):
            self._write(paragraph, (Span(formula),))

    def _set_table(self, table: Table) -> None:
        self._set_small("")
        rows = [[flatten(cell) for cell in row] for row in table.rows]
        widths = self._share_width(rows)
        if self.will_page_break(self._measure_table(rows, widths) + CAPTION):
            self.add_page()
            self._set_small("")
        self.cell(self.epw, CAPTION, flatten(table.caption), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_text_color(*DARK)
        self.set_draw_color(*INK)
        with self.table(
            col_widths=widths,
            line_height=CELL_LINE,
            padding=CELL_PADDING,
            text_align=Align.L,
            v_align=VAlign.T,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD", color=INK, fill_color=TINT),
        ) as grid:
            for row in rows:
                grid.row(row)
        self.ln(GAP * 1.8)
        self._set_body()

    def _share_width(self, rows: list[list[str]]) -> list[float]:
        """Share the page's width by the longest cell of each column; a long one yields to the others."""
        longest = [max(map(self.get_string_width, column)) for column in zip(*rows, strict=True)]
        desired = [min(width, self.epw * 0.45) + 2 * CELL_PADDING + 3 for width in longest]
        return [width * self.epw / sum(desired) for width in desired]

    def _measure_table(self, rows: list[list[str]], widths: list[float]) -> float:
        return sum(self._measure_row(row, widths) for row in rows)

    def _measure_row(self, row: list[str], widths: list[float]) -> float:
        cells = zip(row, widths, strict=True)
        lines = max(self._count_lines(cell, width - 2 * CELL_PADDING) for cell, width in cells)
        return lines * CELL_LINE + 2 * CELL_PADDING

    def _write(self, paragraph: Writer, text: Text) -> None:
        family, style = self.font_family, self.font_style
        for span in text:
            emphasis = style + "B" * span.bold + "I" * span.italic
            for run in split_runs(span.text):
                self.set_font(*(("Symbol", "") if run.symbol else (family, emphasis)))
                self.char_vpos = run.height
                paragraph.write(run.text)
        self.char_vpos = CharVPos.LINE
        self.set_font(family, style)

    def _set_body(self) -> None:
        self.set_font("Times", "", BODY)
        self.set_text_color(0, 0, 0)

    def _set_small(self, style: str) -> None:
        self.set_font("Helvetica", style, SMALL)
        self.set_text_color(*GREY)
