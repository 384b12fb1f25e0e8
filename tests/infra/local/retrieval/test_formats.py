"""Presentations, e-books, OpenDocument texts and notebooks."""

from pathlib import Path

import pytest

from infra.local.retrieval.blocks import Block, Parsed, Unreadable
from infra.local.retrieval.parse import parse_file
from tests.infra.local.retrieval import files
from tests.infra.local.retrieval.files import build_shape


def parse(tmp_path: Path, data: bytes, content_type: str) -> Parsed:
    path = tmp_path / "source"
    path.write_bytes(data)
    return parse_file(path, content_type, lambda _: None)


def blocks(tmp_path: Path, data: bytes, content_type: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in parse(tmp_path, data, content_type).blocks]


def test_slides_give_title_points_tables_and_notes_with_their_number(tmp_path: Path) -> None:
    formula = (
        "<a:p><a:r><a:t>so </a:t></a:r><a14:m><m:oMath><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e>"
        "<m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath></a14:m></a:p>"
    )
    raised = '<a:p><a:r><a:t>10</a:t></a:r><a:r><a:rPr baseline="30000"/><a:t>3</a:t></a:r></a:p>'
    cells = "".join(
        f"<a:tc><a:txBody><a:p><a:r><a:t>{each}</a:t></a:r></a:p></a:txBody></a:tc>" for each in "ab"
    )
    table = (
        "<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr>"
        f'{cells}<a:tc hMerge="1"/></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>'
    )
    first = (
        build_shape("body", "one", "two")
        + build_shape("title", "Loops", "in Python")
        + build_shape(None, formula)
        + f"<p:grpSp>{build_shape(None, raised)}</p:grpSp>"
        + build_shape("sldNum", "1")
        + table
    )
    notes = build_shape("body", "What the teacher says.") + build_shape("sldNum", "1")
    result = parse(
        tmp_path, files.build_pptx(first, build_shape("ctrTitle", "End"), notes=notes), files.SLIDES
    )

    assert result.pages == 2
    assert result.blocks == [
        Block("heading", "Loops in Python", 1),
        Block("list", "- one\n- two", 1),
        Block("paragraph", "so $x^{2}$", 1),
        Block("paragraph", "10³", 1),
        Block("table", "a | b", 1),
        Block("paragraph", "What the teacher says.", 1),
        Block("heading", "End", 2),
    ]


def test_ebook_is_read_in_the_order_of_its_spine(tmp_path: Path) -> None:
    data = files.build_epub(
        "nav two one",
        nav="<nav><ol><li>Contents</li></ol></nav><p>Contents</p>",
        one="<p>The end<math><msup><mi>x</mi><mn>2</mn></msup></math>.</p>",
        two="<h1>Loops</h1><p>The start<a epub:type='noteref' href='#n'>1</a>.</p>"
        "<aside epub:type='footnote' id='n'><p>A note.</p></aside>",
        three="<p>not in the spine</p>",
    )

    assert blocks(tmp_path, data, files.EBOOK) == [
        ("heading", "Loops"),
        ("paragraph", "The start."),
        ("paragraph", "A note."),
        ("paragraph", "The end$x^{2}$."),
    ]


def test_opendocument_gives_its_parts_in_order(tmp_path: Path) -> None:
    def note(kind: str, text: str) -> str:
        return (
            f'<text:note text:note-class="{kind}"><text:note-citation>1</text:note-citation>'
            f"<text:note-body><text:p>{text}</text:p></text:note-body></text:note>"
        )

    def row(*cells: str) -> str:
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    def cell(text: str, attributes: str = "") -> str:
        return f"<table:table-cell{attributes}><text:p>{text}</text:p></table:table-cell>"

    item = "<text:list-item><text:p>{}</text:p>{}</text:list-item>"
    inner = f"<text:list>{item.format('inner', '')}</text:list>"
    box = "<draw:frame><draw:text-box><text:p>In a box.</text:p></draw:text-box></draw:frame>"
    formula = '<draw:frame><draw:object xlink:href="./Object 1"/><draw:image/></draw:frame>'
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        "<text:table-of-content><text:index-body><text:p>Loops 1</text:p></text:index-body>"
        "</text:table-of-content>"
        '<text:p text:style-name="T">A title</text:p><text:h text:outline-level="1">Loops</text:h>'
        f"<text:p>First{note('footnote', 'A footnote.')}{note('endnote', 'An endnote.')},"
        f"<text:s text:c='2'/>so {formula}{box} and 10<text:span text:style-name='U'>−3</text:span>"
        "<office:annotation><text:p>a remark</text:p></office:annotation>.</text:p>"
        f"<text:list>{item.format('one', inner)}{item.format('two', '')}</text:list>"
        f"<table:table><table:table-header-rows>{row(cell('a', ' table:number-rows-spanned=`2`'), cell('b'))}"
        f"</table:table-header-rows>{row('<table:covered-table-cell/>', cell('c'))}</table:table>"
        '<text:p text:style-name="C">for n in x:</text:p>'
        '<text:p text:style-name="C"><text:s text:c="4"/>print(n)</text:p>'
    ).replace("`", '"')
    styles = (
        '<style:style style:name="T" style:parent-style-name="Title"/>'
        '<style:style style:name="C" style:parent-style-name="Preformatted_20_Text"/>'
        '<style:style style:name="U"><style:text-properties style:text-position="super 58%"/></style:style>'
    )
    math = "<math xmlns='http://www.w3.org/1998/Math/MathML'><mfrac><mn>1</mn><mi>T</mi></mfrac></math>"
    data = files.build_odt(body, styles=styles, parts={"Object 1/content.xml": math})

    assert blocks(tmp_path, data, files.OPENDOCUMENT) == [
        ("heading", "A title"),
        ("heading", "Loops"),
        ("paragraph", r"First, so $\frac{1}{T}$ and 10⁻³."),
        ("paragraph", "A footnote."),
        ("paragraph", "In a box."),
        ("list", "- one\n  - inner\n- two"),
        ("table", "a | b\na | c"),
        ("code", "for n in x:\n    print(n)"),
        ("paragraph", "An endnote."),
    ]


def test_notebook_gives_its_cells_and_the_beginning_of_what_they_printed(tmp_path: Path) -> None:
    data = files.build_notebook(
        {"cell_type": "markdown", "source": ["# Loops\n", "\n", "so $a_1*b*c$"]},
        {
            "cell_type": "code",
            "source": "print(x)",
            "outputs": [
                {"output_type": "stream", "text": ["1\n"] * 30},
                {"output_type": "display_data", "data": {"image/png": "iVBO", "text/plain": "<Figure>"}},
                {
                    "output_type": "execute_result",
                    "data": {"text/plain": ["42"], "application/json": {"a": 1}},
                },
                {"output_type": "error", "ename": "E", "evalue": "e", "traceback": []},
            ],
        },
        {"cell_type": "raw", "source": "as it is"},
    )

    assert blocks(tmp_path, data, files.NOTEBOOK) == [
        ("heading", "Loops"),
        ("paragraph", "so $a_1*b*c$"),
        ("code", "print(x)"),
        ("code", "\n".join(["1"] * 20)),
        ("code", "42"),
        ("paragraph", "as it is"),
    ]


def test_notebook_of_the_older_format_is_read(tmp_path: Path) -> None:
    data = (
        b'{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "heading", "level": 1, "source": "Loops"},'
        b'{"cell_type": "code", "input": ["x = 1"], "outputs": []}]}]}'
    )

    assert blocks(tmp_path, data, files.NOTEBOOK) == [("heading", "Loops"), ("code", "x = 1")]


def rich(body: str, head: str = "") -> bytes:
    return b"{\\rtf1\\ansi\\ansicpg1252 " + f"{head}{body}}}".encode("latin-1")


def test_rich_text_gives_headings_lists_tables_and_notes(tmp_path: Path) -> None:
    head = r"{\colortbl;\red0;}{\stylesheet{\s0 Normal;}{\s1 heading 1;}}{\info{\title no}}{\header no}"
    body = r"""\pard\s1 Loops\par
\pard\plain First{\footnote\pard A footnote.}{\footnote\ftnalt An endnote.}, {\deleted gone}{\v hidden}so.\par
{\pntext\bullet\tab}one\par
{\listtext\tab}\ls1 two\par
\pard\trowd\intbl a\par b\cell c\cell\row
\pard\intbl d\cell e\cell\row
\pard\plain {\field{\*\fldinst HYPERLINK "x"}{\fldrslt a link}}{\pict\bin4 {}{}} and \{braces\}.\par
\pard\outlinelevel1 An example\par"""

    assert blocks(tmp_path, rich(body, head), files.RICH_TEXT) == [
        ("heading", "Loops"),
        ("paragraph", "First, so."),
        ("paragraph", "A footnote."),
        ("list", "- one\n- two"),
        ("table", "a b | c\nd | e"),
        ("paragraph", "a link and {braces}."),
        ("heading", "An example"),
        ("paragraph", "An endnote."),
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"\'dcbung", "Übung"),
        (r"\u220?bung", "Übung"),
        (r"\uc2\u8211--dash", "–dash"),
        (r"\u8211\'96dash", "–dash"),
        (r"\uc0\u8211 dash", "–dash"),
        (r"\u-10179?\u-8704?", "\U0001f600"),
        (r"\u-10179? alone", "\ufffd alone"),
        (r"{\fonttbl{\f1\fcharset204 A;}}{\f1 \'cf\'f0} \'e4", "Пр ä"),
        (r"{\fonttbl{\f1\fcharset134 A;}}{\f1 \'d6\'d0\'ce\'c4}", "中文"),
        (r"10{\super -3} H{\sub 2}O\~\emdash{}\_\-x", "10⁻³ H₂O —-x"),
        (r"}}} still", "still"),
    ],
)
def test_characters_of_rich_text_are_found(tmp_path: Path, source: str, text: str) -> None:
    assert blocks(tmp_path, rich(source), files.RICH_TEXT) == [("paragraph", text)]


def test_pictures_and_slides_without_text_are_counted(tmp_path: Path) -> None:
    slides = parse(tmp_path, files.build_pptx(build_shape("body", "one"), "", ""), files.SLIDES)
    text = parse(
        tmp_path,
        files.build_odt("<text:p>a</text:p>", parts={"Pictures/1.PNG": "", "Thumbnails/thumbnail.png": ""}),
        files.OPENDOCUMENT,
    )

    assert (slides.pages, slides.pages_without_text) == (3, 2)
    assert text.images_skipped == 1


LESSONS = {
    "presentation": (files.lesson_pptx, files.SLIDES, "ppt/slides/s1.xml"),
    "e-book": (files.lesson_epub, files.EBOOK, "OEBPS/book.opf"),
    "document": (files.lesson_odt, files.OPENDOCUMENT, "content.xml"),
    "Word document": (files.lesson_docx, files.WORD, "word/document.xml"),
}


@pytest.mark.parametrize("noun", LESSONS)
def test_hostile_package_is_refused_in_words(tmp_path: Path, noun: str) -> None:
    build, content_type, part = LESSONS[noun]
    attacks = {
        files.bomb(build(), part): "unpacks to more data than is accepted",
        files.declare_entities(build(), part): "declares XML entities, which are not accepted",
        files.nest(build(), part, "<a>", "</a>"): "is damaged and could not be read",
        build()[:-30]: "is damaged and could not be read",
    }
    for data, reason in attacks.items():
        with pytest.raises(Unreadable, match=f"The {noun} {reason}"):
            parse(tmp_path, data, content_type)


@pytest.mark.parametrize(
    ("data", "content_type", "reason"),
    [
        (files.lesson_docx(), files.SLIDES, "The file is not a presentation"),
        (files.lesson_docx(), files.EBOOK, "The file is not an e-book"),
        (files.lesson_docx(), files.OPENDOCUMENT, "The file is not an OpenDocument text"),
        (files.lesson_pptx(), files.WORD, "The file is not a Word document"),
        (b"plain words", files.SLIDES, "The file is not a presentation"),
        (b"plain words", files.EBOOK, "The file is not an e-book"),
        (b"plain words", files.OPENDOCUMENT, "The file is not an OpenDocument text"),
        (b"plain words", files.NOTEBOOK, "The file is not a notebook"),
        (b"\x89PNG\r\n", files.NOTEBOOK, "The file is not text"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            files.SLIDES,
            "The presentation is protected by a password, or has the old .ppt format",
        ),
        (
            files.build_pptx(*[""] * 2_001),
            files.SLIDES,
            "The presentation has 2,001 slides; at most 2,000 are accepted",
        ),
        (files.build_pptx(""), files.SLIDES, "The presentation has no text"),
        (files.build_epub("one", one=""), files.EBOOK, "The e-book has no text"),
        (
            files.build_epub("one", one="<p>a</p>", encrypted="OEBPS/text/one%20x.xhtml"),
            files.EBOOK,
            "The e-book is protected against copying",
        ),
        (files.build_odt(""), files.OPENDOCUMENT, "The document has no text"),
        (
            files.build_odt("", parts={"META-INF/manifest.xml": "<m:encryption-data/>"}),
            files.OPENDOCUMENT,
            "The document is protected by a password",
        ),
        (rich(""), files.RICH_TEXT, "The document has no text"),
        (rich("{" * 20_000), files.RICH_TEXT, "The document is damaged and could not be read"),
        (b"plain words", files.RICH_TEXT, "The file is not RTF"),
        (b'{"cells": [', files.NOTEBOOK, "The notebook is damaged and could not be read"),
        (b'{"cells": 3}', files.NOTEBOOK, "The notebook is damaged and could not be read"),
        (files.deep_notebook(), files.NOTEBOOK, "The notebook is damaged and could not be read"),
        (b'{"cells": []}', files.NOTEBOOK, "The notebook has no text"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value[:40],
)
def test_unreadable_file_is_refused_with_its_reason(
    tmp_path: Path, data: bytes, content_type: str, reason: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(tmp_path, data, content_type)
    assert str(caught.value) == reason


def test_formulas_nested_deeper_than_python_recurses_end_well(tmp_path: Path) -> None:
    data = files.build_docx(
        "<w:p><m:oMath>" + "<m:box><m:e>" * 5_000 + "</m:e></m:box>" * 5_000 + "</m:oMath></w:p>"
    )

    with pytest.raises(Unreadable):
        parse(tmp_path, data, files.WORD)
