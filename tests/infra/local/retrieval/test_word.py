"""Word documents: formulas, notes, text boxes, tracked changes, content controls, tables."""

from pathlib import Path

import pytest

from infra.local.retrieval.parse import parse_file
from tests.infra.local.retrieval import files


def read(
    tmp_path: Path, body: str, namespaces: str = files.WORD_NAMESPACES, **parts: str
) -> list[tuple[str, str]]:
    path = tmp_path / "source"
    path.write_bytes(files.build_docx(body, namespaces=namespaces, **parts))
    return [(block.kind, block.text) for block in parse_file(path, files.WORD, lambda _: None).blocks]


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*content: str, properties: str = "") -> str:
    inside = "".join(each if each.startswith("<") else run(each) for each in content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def mark(kind: str, note: int) -> str:
    return f'<w:r><w:{kind}Reference w:id="{note}"/></w:r>'


def cell(*content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(content)}</w:tc>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def math(text: str, properties: str = "") -> str:
    return f"<m:r><m:rPr>{properties}</m:rPr><m:t>{text}</m:t></m:r>"


def wrap(name: str, *content: str, **properties: str) -> str:
    """An element of a formula, whose properties stand in one of their own."""
    given = "".join(f'<m:{key} m:val="{value}"/>' for key, value in properties.items())
    return f"<m:{name}><m:{name}Pr>{given}</m:{name}Pr>{''.join(content)}</m:{name}>"


def part(name: str, *texts: str) -> str:
    return f"<m:{name}>{''.join(text if text.startswith('<') else math(text) for text in texts)}</m:{name}>"


def e(*texts: str) -> str:
    return part("e", *texts)


def upright(text: str) -> str:
    return math(text, '<m:sty m:val="p"/>')


NET = math("net", "<m:nor/>")


@pytest.mark.parametrize(
    ("inside", "formula"),
    [
        (math("x=A") + upright("cos") + math("ωt"), r"x=A\cos\omega t"),
        (wrap("f", part("num", "1"), part("den", "T")), r"\frac{1}{T}"),
        (wrap("f", part("num", "1"), part("den", "T"), type="lin"), "1/T"),
        (wrap("sSup", e("x"), part("sup", "2")), "x^{2}"),
        (wrap("sSub", e("F"), part("sub", NET)), r"F_{\text{net}}"),
        (wrap("sSubSup", e("x"), part("sub", "i"), part("sup", "2")), "x_{i}^{2}"),
        (wrap("sPre", part("sub", "6"), part("sup", "14"), e("C")), "{}_{6}^{14}C"),
        (wrap("rad", part("deg"), e("k"), degHide="1"), r"\sqrt{k}"),
        (wrap("rad", part("deg", "3"), e("k")), r"\sqrt[3]{k}"),
        (wrap("nary", part("sub", "i=1"), part("sup", "n"), e("i"), chr="∑"), r"\sum_{i=1}^{n}i"),
        (wrap("nary", part("sub", "a"), part("sup", "b"), e("xdx")), r"\int_{a}^{b}xdx"),
        (wrap("d", e("x")), "(x)"),
        (wrap("d", e("x"), begChr="{", endChr=""), r"\left\{x\right."),
        (wrap("d", e("x"), e("y"), sepChr=","), "(x,y)"),
        (wrap("d", e(wrap("f", part("num", "n"), part("den", "k"), type="noBar"))), r"\binom{n}{k}"),
        (wrap("func", part("fName", upright("log")), e("x")), r"\log x"),
        (wrap("acc", e("F"), chr="\u20d7"), r"\vec{F}"),
        (wrap("acc", e("p")), r"\hat{p}"),
        (wrap("bar", e("x"), pos="top"), r"\bar{x}"),
        (wrap("limLow", e(upright("lim")), part("lim", "n→∞")), r"\lim_{n\to\infty}"),
        (wrap("limUpp", e("F"), part("lim", "→")), r"\vec{F}"),
        (wrap("groupChr", e("x")), r"\underbrace{x}"),
        (
            wrap("m", part("mr", e("a"), e("b")), part("mr", e("c"), e("d"))),
            r"\begin{matrix} a & b \\ c & d \end{matrix}",
        ),
        (wrap("m", part("mr", e("a"))), "a"),
        (wrap("eqArr", e("x&amp;=1"), e("y&amp;=2")), r"\begin{aligned} x&=1 \\ y&=2 \end{aligned}"),
        (wrap("box", e("x")), "x"),
        (wrap("phant", e("y"), show="0") + math("x"), "x"),
        (math("P(A | B)"), "P(A|B)"),
        (f"{math('x')}<w:del>{math('y')}</w:del><w:ins>{math('+z')}</w:ins>", "x+z"),
    ],
)
def test_formula_of_word_becomes_tex(tmp_path: Path, inside: str, formula: str) -> None:
    body = paragraph("where ", f"<m:oMath>{inside}</m:oMath>", " holds.")

    assert read(tmp_path, body) == [("paragraph", f"where ${formula}$ holds.")]


def test_formula_that_stands_alone_has_two_signs(tmp_path: Path) -> None:
    formula = f"<m:oMathPara><m:oMath>{math('E=m')}</m:oMath></m:oMathPara>"

    assert read(tmp_path, paragraph(formula)) == [("paragraph", "$$E=m$$")]


def test_strict_document_is_read_alike(tmp_path: Path) -> None:
    body = paragraph("a ", f"<m:oMath>{wrap('sSup', e('x'), part('sup', '2'))}</m:oMath>")
    heading = paragraph("Loops", properties='<w:pStyle w:val="H"/>')
    styles = '<w:style w:styleId="H"><w:name w:val="heading 1"/></w:style>'

    assert read(tmp_path, heading + body, files.STRICT_NAMESPACES, styles=styles) == [
        ("heading", "Loops"),
        ("paragraph", "a $x^{2}$"),
    ]


def test_footnotes_follow_their_paragraph_and_endnotes_the_document(tmp_path: Path) -> None:
    body = (
        paragraph("First", mark("footnote", 2), mark("endnote", 5), ".")
        + paragraph("one", mark("footnote", 3), properties="<w:numPr/>")
        + paragraph("two", properties="<w:numPr/>")
        + paragraph("Last.")
    )
    footnotes = "".join(
        f'<w:footnote w:id="{number}"{kind}>{paragraph(text)}</w:footnote>'
        for number, kind, text in (
            (0, ' w:type="separator"', "----"),
            (2, "", "A footnote."),
            (3, "", "Of an item."),
            (4, "", "Of nothing."),
        )
    )
    endnotes = f'<w:endnote w:id="5">{paragraph("An endnote.")}</w:endnote>'

    assert read(tmp_path, body, footnotes=footnotes, endnotes=endnotes) == [
        ("paragraph", "First."),
        ("paragraph", "A footnote."),
        ("list", "- one\n- two"),
        ("paragraph", "Of an item."),
        ("paragraph", "Last."),
        ("paragraph", "An endnote."),
    ]


def test_note_that_names_itself_is_told_once(tmp_path: Path) -> None:
    footnotes = f'<w:footnote w:id="1">{paragraph("Round", mark("footnote", 1))}</w:footnote>'

    assert read(tmp_path, paragraph("Text", mark("footnote", 1)), footnotes=footnotes) == [
        ("paragraph", "Text"),
        ("paragraph", "Round"),
    ]


def test_text_boxes_are_read_once_after_their_paragraph(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{paragraph('In a box.')}</w:txbxContent>"
    drawing = (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing><x>{box}</x></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )

    assert read(tmp_path, paragraph("Before", drawing, " after.")) == [
        ("paragraph", "Before after."),
        ("paragraph", "In a box."),
    ]


def test_tracked_insertions_are_read_and_deletions_are_not(tmp_path: Path) -> None:
    gone = "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
    moved = f"<w:moveFrom>{run('moved')}</w:moveFrom><w:moveTo>{run('moved here')}</w:moveTo>"
    body = (
        paragraph("Kept ", f"<w:ins>{run('added ')}</w:ins>", gone, moved)
        + paragraph("One para", properties="<w:rPr><w:del/></w:rPr>")
        + paragraph("graph.")
        + f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{cell(paragraph('old'))}{cell(paragraph('row'))}</w:tr>"
        f"<w:tr>{cell(paragraph('new'))}{cell(paragraph('row'))}</w:tr></w:tbl>"
    )

    assert read(tmp_path, body) == [
        ("paragraph", "Kept added moved here"),
        ("paragraph", "One paragraph."),
        ("table", "new | row"),
    ]


def test_content_controls_are_read_wherever_they_stand(tmp_path: Path) -> None:
    def control(content: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    cells = control(cell(paragraph("a"))) + cell(control(paragraph("b")))
    body = (
        control(paragraph("A block.") + control(paragraph("Within.")))
        + paragraph("A ", control(run("word")), ".")
        + f"<w:tbl>{control(f'<w:tr>{cells}</w:tr>')}</w:tbl>"
    )

    assert read(tmp_path, body) == [
        ("paragraph", "A block."),
        ("paragraph", "Within."),
        ("paragraph", "A word."),
        ("table", "a | b"),
    ]


def test_merged_cells_say_their_text_in_each_row(tmp_path: Path) -> None:
    start, go_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = table(
        cell(paragraph("both"), properties=f'<w:gridSpan w:val="2"/>{start}') + cell(paragraph("c")),
        cell(paragraph(""), properties=f'<w:gridSpan w:val="2"/>{go_on}') + cell(paragraph("d")),
    )

    assert read(tmp_path, body) == [("table", "both | c\nboth | d")]


def test_frame_of_one_cell_is_text_and_inner_tables_stay_in_their_cell(tmp_path: Path) -> None:
    inner = table(cell(paragraph("x")) + cell(paragraph("y")))
    body = table(cell(paragraph("In a frame.") + inner)) + table(
        cell(paragraph("left")) + cell(inner, paragraph("z"))
    )

    assert read(tmp_path, body) == [("paragraph", "In a frame."), ("table", "x | y\nleft | x | y z")]


def test_raised_text_hidden_text_fields_and_signs(tmp_path: Path) -> None:
    def switch(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    field = (
        "<w:r><w:instrText> REF a </w:instrText></w:r>" + run("code") + switch("separate") + run("Figure 1")
    )
    body = paragraph(
        "10",
        run("−3", '<w:vertAlign w:val="superscript"/>'),
        " H",
        run("2", '<w:vertAlign w:val="subscript"/>'),
        "O ",
        run("hidden", "<w:vanish/>"),
        run("seen ", '<w:vanish w:val="0"/>'),
        switch("begin") + field + switch("end"),
        '<w:r><w:sym w:font="Symbol" w:char="F061"/><w:sym w:font="Wingdings" w:char="F04A"/></w:r>',
        "<w:r><w:noBreakHyphen/></w:r>",
    )

    assert read(tmp_path, body) == [("paragraph", "10⁻³ H₂O seen Figure 1α\ufffd-")]


def test_style_is_known_by_what_it_is_based_on(tmp_path: Path) -> None:
    styles = (
        '<w:style w:styleId="a"><w:name w:val="Kapitel"/><w:basedOn w:val="b"/></w:style>'
        '<w:style w:styleId="b"><w:name w:val="heading 2"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
        '<w:style w:styleId="c"><w:name w:val="Step"/><w:basedOn w:val="c"/>'
        "<w:pPr><w:numPr/></w:pPr></w:style>"
        '<w:style w:styleId="d"><w:name w:val="toc 1"/></w:style>'
        '<w:style w:styleId="e"><w:name w:val="Verbatim Char"/></w:style>'
    )
    body = "".join(
        paragraph(text, properties=f'<w:pStyle w:val="{style}"/>')
        for text, style in (("Kapitel 1\t5", "d"), ("Kapitel 1", "a"), ("do this", "c"), ("plain", "none"))
    ) + paragraph(run("x = 1", '<w:rStyle w:val="e"/>'))

    assert read(tmp_path, body, styles=styles) == [
        ("heading", "Kapitel 1"),
        ("list", "- do this"),
        ("paragraph", "plain"),
        ("code", "x = 1"),
    ]


def test_document_whose_main_part_has_another_name_is_read(tmp_path: Path) -> None:
    path = tmp_path / "source"
    main = f"<w:document {files.WORD_NAMESPACES}><w:body>{paragraph('Text')}</w:body></w:document>"
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": files.list_relations(("officeDocument", "/word/document2.xml")),
        "word/document2.xml": main.encode(),
    }
    path.write_bytes(files.archive(parts))

    assert [block.text for block in parse_file(path, files.WORD, lambda _: None).blocks] == ["Text"]
