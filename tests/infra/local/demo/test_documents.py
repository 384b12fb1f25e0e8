"""The demo's documents: what the sources say stands in the files, and the programs print what they claim."""

import contextlib
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from docx.document import Document as Manuscript
from fpdf.errors import FPDFException
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from infra.local.demo.documents import build as builder
from infra.local.demo.documents.glyphs import SYMBOLS, flatten, split_runs
from infra.local.demo.documents.source import (
    Block,
    Formula,
    Heading,
    Items,
    Note,
    Paragraph,
    Span,
    Table,
    UnknownMarkup,
    join_spans,
    parse,
)
from infra.local.demo.documents.textbook import Textbook
from infra.local.demo.documents.word import compose

CREATED = datetime(2025, 1, 1, tzinfo=UTC)
HEAD = "# Title\n\nA subtitle\n\n"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return builder.build(tmp_path_factory.mktemp("documents") / "new")


@pytest.fixture(scope="module")
def pages(files: list[Path]) -> list[str]:
    return [page.extract_text() for page in PdfReader(files[0]).pages]


@pytest.fixture(scope="module")
def manuscript(files: list[Path]) -> Manuscript:
    return Document(str(files[1]))


def blocks_of(markdown: str) -> tuple[Block, ...]:
    return parse(HEAD + markdown).blocks


def source(name: str) -> str:
    return (builder.SOURCES / name).read_text(encoding="utf-8")


def texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Each text that a renderer must set as one piece."""
    for block in blocks:
        match block:
            case Heading() | Formula():
                yield block.text
            case Paragraph() | Note():
                yield join_spans(block.text)
            case Items():
                yield from map(join_spans, block.items)
            case Table():
                yield block.caption
                for row in block.rows:
                    yield from row


def squeezed(text: str) -> str:
    """Without spaces and breaks; pypdf reads the Symbol font's delta as the increment sign."""
    return re.sub(r"\s", "", flatten(text).replace("∆", "Δ"))


class TestSource:
    def test_an_article_has_a_title_a_subtitle_and_blocks(self) -> None:
        article = parse(HEAD + "## Chapter\n\n### Section\n\ntwo\nlines")
        assert (article.title, article.subtitle) == ("Title", "A subtitle")
        assert article.blocks == (
            Heading(1, "Chapter"),
            Heading(2, "Section"),
            Paragraph((Span("two"), Span(" "), Span("lines"))),
        )

    def test_styles_nest(self) -> None:
        (paragraph,) = blocks_of("a **b *c***")
        assert paragraph == Paragraph((Span("a "), Span("b ", bold=True), Span("c", bold=True, italic=True)))

    def test_lists_keep_their_order_and_kind(self) -> None:
        bullets, steps = blocks_of("- one\n- two\n\n1. first\n2. second")
        assert bullets == Items(((Span("one"),), (Span("two"),)), ordered=False)
        assert steps == Items(((Span("first"),), (Span("second"),)), ordered=True)

    def test_an_italic_line_before_a_table_is_its_caption(self) -> None:
        assert blocks_of("*Table 1.*\n\n| a | b |\n|---|---|\n| 1 | |") == (
            Table("Table 1.", (("a", "b"), ("1", ""))),
        )

    def test_an_italic_line_elsewhere_is_a_paragraph(self) -> None:
        assert blocks_of("*Alone.*\n\n> Apart.") == (
            Paragraph((Span("Alone.", italic=True),)),
            Note((Span("Apart."),)),
        )

    def test_a_formula_is_a_fence(self) -> None:
        assert blocks_of("```formula\nE = hc ÷ λ\n```") == (Formula("E = hc ÷ λ"),)

    @pytest.mark.parametrize(
        "markdown", ["---", "`code`", "```python\n1\n```", "- a\n  - b", "> a\n>\n> b", "![alt](image.png)"]
    )
    def test_markup_that_would_be_lost_is_refused(self, markdown: str) -> None:
        with pytest.raises(UnknownMarkup):
            blocks_of(markdown)

    @pytest.mark.parametrize("markdown", ["", "# Title", "A paragraph\n\n# Title"])
    def test_an_article_without_title_and_subtitle_is_refused(self, markdown: str) -> None:
        with pytest.raises(UnknownMarkup):
            parse(markdown)


class TestGlyphs:
    def test_a_formula_is_split_by_font_and_height(self) -> None:
        split = [(run.text, run.symbol, run.height.value) for run in split_runs("H₂O → 4 e⁻")]
        assert split == [
            ("H", False, "LINE"),
            ("2", False, "SUB"),
            ("O ", False, "LINE"),
            ("\xae", True, "LINE"),
            (" 4 e", False, "LINE"),
            ("-", True, "SUP"),
        ]

    def test_flat_text_has_only_what_was_raised_or_lowered_changed(self) -> None:
        assert flatten("NAD⁺, FADH₂, 12 µmol, ½, Pᵢ") == "NAD+, FADH2, 12 µmol, ½, Pi"

    @given(st.text(alphabet="ab 12₀₁₂₆⁺⁻²ᵢé–" + "".join(SYMBOLS)))
    def test_no_character_is_lost_or_moved(self, text: str) -> None:
        characters = {chr(code): character for character, code in SYMBOLS.items()}
        parts = [
            "".join(characters[code] for code in run.text) if run.symbol else run.text
            for run in split_runs(text)
        ]
        assert "".join(parts) == flatten(text)


class TestTextbook:
    @pytest.mark.slow
    def test_it_has_the_size_of_a_small_book(self, pages: list[str]) -> None:
        assert 10 <= len(pages) <= 25

    def test_everything_the_source_says_can_be_read_in_it(self, pages: list[str]) -> None:
        title, *rest = pages
        bodies = [page.split("\n", 1)[1].rsplit("\n", 1)[0] for page in rest]  # header and number off
        book = squeezed("".join([title, *bodies]))
        missing = [
            text for text in texts(parse(source("cell-energy.md")).blocks) if squeezed(text) not in book
        ]
        assert missing == []

    def test_words_are_not_glued(self, pages: list[str]) -> None:
        said = set(re.findall(r"[a-z]{2,}", source("cell-energy.md").lower()))
        read = set(re.findall(r"[a-z]{2,}", "\n".join(pages).lower()))
        assert read - said <= {"pi"}  # the phosphate's i is lowered in the source

    def test_headings_are_numbered_and_stand_on_their_own_lines(self, pages: list[str]) -> None:
        lines = "\n".join(pages).splitlines()
        assert "1 Energy in the living cell" in lines
        assert "2.1 The chloroplast" in lines
        assert "6.2 C4 plants" in lines

    def test_formulas_read_as_one_line(self, pages: list[str]) -> None:
        lines = "\n".join(pages).replace("∆", "Δ").splitlines()
        assert "6 CO2 + 6 H2O + light → C6H12O6 + 6 O2" in lines
        assert "ΔG°′ = −RT ln K" in lines
        assert "2 H2O → O2 + 4 H+ + 4 e−" in lines

    def test_rows_of_tables_read_as_lines(self, pages: list[str]) -> None:
        lines = "\n".join(pages).splitlines()
        assert "Source of electrons water NADH and FADH2" in lines
        assert "7 fumarate malate none" in lines

    def test_pages_bear_their_chapter_and_number(self, pages: list[str]) -> None:
        for number, page in enumerate(pages[1:], start=2):
            first, *_, last = page.splitlines()
            assert re.fullmatch(r"Cells and Energy \d+ .+", first)
            assert last == str(number)

    def test_no_heading_is_the_last_line_of_a_page(self, pages: list[str]) -> None:
        assert [page for page in pages[1:] if re.match(r"\d+(\.\d+)? [A-Z]", page.splitlines()[-2])] == []

    def test_the_outline_follows_the_headings(self, files: list[Path]) -> None:
        chapter, sections, *_ = PdfReader(files[0]).outline
        assert not isinstance(chapter, list)
        assert chapter.title == "1 Energy in the living cell"
        assert isinstance(sections, list)

    @pytest.mark.parametrize("fillers", range(20, 30))
    def test_a_paragraph_is_never_broken_before_its_last_line(self, fillers: int) -> None:
        article = parse(HEAD + "## Chapter\n\n" + "A line.\n\n" * fillers + "word " * 110)
        book = Textbook(article, created=CREATED)
        book.compose()
        pages = PdfReader(io.BytesIO(bytes(book.output()))).pages
        lines = [sum("word" in line for line in page.extract_text().splitlines()) for page in pages]
        assert sum(lines) == 8
        assert not {1, 2} & set(lines[:-1])
        assert lines[-1] != 1

    def test_a_character_no_font_has_is_an_error(self) -> None:
        book = Textbook(parse(HEAD + "日"), created=CREATED)
        with pytest.raises(FPDFException, match="outside the range"):
            book.compose()


class TestWordDocument:
    def test_it_uses_words_own_styles(self, manuscript: Manuscript) -> None:
        used = {paragraph.style.name for paragraph in manuscript.paragraphs if paragraph.style}
        assert used >= {
            "Title",
            "Subtitle",
            "Heading 1",
            "Heading 2",
            "List Bullet",
            "List Number",
            "Caption",
        }

    def test_everything_the_source_says_stands_in_it(self, manuscript: Manuscript) -> None:
        said = {paragraph.text for paragraph in manuscript.paragraphs}
        said |= {cell.text for table in manuscript.tables for row in table.rows for cell in row.cells}
        assert set(texts(parse(source("supply-and-demand.md")).blocks)) <= said

    def test_each_numbered_list_begins_at_one(self, manuscript: Manuscript) -> None:
        numberings = [
            paragraph.paragraph_format.element.pPr.numPr.numId.val
            for paragraph in manuscript.paragraphs
            if paragraph.style and paragraph.style.name == "List Number"
        ]
        assert len(numberings) == 6
        assert len(set(numberings)) == 2

    def test_notes_are_quotations_and_emphasis_is_kept(self) -> None:
        made = compose(parse(HEAD + "> **Bold** and *slanted*"), created=CREATED)
        note = made.paragraphs[-1]
        assert note.style is not None
        assert note.style.name == "Quote"
        assert [(run.text, run.bold, run.italic) for run in note.runs] == [
            ("Bold", True, None),
            (" and ", None, None),
            ("slanted", None, True),
        ]


class TestMarkdown:
    def test_it_is_the_source_itself(self, files: list[Path]) -> None:
        assert files[2].read_text(encoding="utf-8") == source("probability.md")

    def test_every_program_prints_what_its_comments_say(self) -> None:
        programs = re.findall(r"```python\n(.*?)```", source("probability.md"), re.DOTALL)
        assert len(programs) == 7
        for program in programs:
            claimed = re.findall(r"^print\(.*\)  # (.*)$", program, re.MULTILINE)
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(program, {})
            assert printed.getvalue().splitlines() == claimed


class TestBuild:
    @pytest.mark.slow
    def test_the_same_sources_give_the_same_bytes(self, files: list[Path], tmp_path: Path) -> None:
        again = builder.build(tmp_path)
        assert [path.read_bytes() for path in again] == [path.read_bytes() for path in files]

    def test_files_say_nothing_of_when_they_were_made(
        self, files: list[Path], manuscript: Manuscript
    ) -> None:
        assert {member.date_time for member in ZipFile(files[1]).infolist()} == {(2025, 1, 1, 0, 0, 0)}
        assert manuscript.core_properties.created == CREATED
        metadata = PdfReader(files[0]).metadata
        assert metadata is not None
        assert metadata.creation_date == CREATED

    @pytest.mark.slow
    def test_the_command_prints_the_paths(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        builder.main([str(tmp_path)])
        printed = capsys.readouterr().out.splitlines()
        assert [Path(line).name for line in printed] == [
            "cell-energy.pdf",
            "supply-and-demand.docx",
            "probability.md",
        ]
        assert all(Path(line).stat().st_size > 1000 for line in printed)

    def test_the_command_wants_one_directory(self) -> None:
        with pytest.raises(SystemExit, match="usage"):
            builder.main([])
