import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.local.retrieval.blocks import Block, Parsed, Unreadable
from infra.local.retrieval.parse import parse_file
from tests import archives
from tests.infra.local.retrieval import files

LESSONS = {
    "docx": (files.lesson_docx, files.WORD),
    "epub": (files.lesson_epub, files.EBOOK),
    "ipynb": (files.lesson_ipynb, files.NOTEBOOK),
    "odt": (files.lesson_odt, files.OPENDOCUMENT),
    "pdf": (files.lesson_pdf, files.PDF),
    "pptx": (files.lesson_pptx, files.SLIDES),
}


def parse(tmp_path: Path, data: bytes, content_type: str) -> Parsed:
    path = tmp_path / "source"
    path.write_bytes(data)
    return parse_file(path, content_type, lambda _: None)


def blocks(tmp_path: Path, data: bytes | str, content_type: str) -> list[tuple[str, str]]:
    raw = data.encode() if isinstance(data, str) else data
    return [(block.kind, block.text) for block in parse(tmp_path, raw, content_type).blocks]


def refusal(tmp_path: Path, data: bytes, content_type: str) -> str:
    with pytest.raises(Unreadable) as caught:
        parse(tmp_path, data, content_type)
    return str(caught.value)


def test_pdf_gives_headings_paragraphs_lists_and_code_with_their_pages(tmp_path: Path) -> None:
    result = parse(tmp_path, files.lesson_pdf(), files.PDF)

    assert result.pages == 2
    assert result.blocks == [
        Block("heading", "While loops", 1),
        Block("paragraph", files.PROSE.strip(), 1),
        Block("list", "- first the condition is evaluated\n- then the body is executed", 1),
        Block("heading", "An example", 2),
        Block("code", "while n > 0:\n    n = n - 1", 2),
        Block("paragraph", files.PROSE.strip(), 2),
    ]


def test_pdf_loses_headers_footers_and_page_numbers(tmp_path: Path) -> None:
    text = "\n".join(text for _, text in blocks(tmp_path, files.running_lines_pdf(), files.PDF))

    assert "Introduction to Programming" not in text
    assert "of 5" not in text
    assert text.count("says this") == 5


def test_progress_is_told_page_by_page(tmp_path: Path) -> None:
    path = tmp_path / "source"
    path.write_bytes(files.lesson_pdf())
    told: list[float] = []

    parse_file(path, files.PDF, told.append)

    assert told == [0.5, 1.0]


def test_pdf_protected_only_against_changes_is_read(tmp_path: Path) -> None:
    assert parse(tmp_path, files.encrypted_pdf(password=""), files.PDF).pages == 2


@pytest.mark.parametrize(
    ("data", "content_type", "reason"),
    [
        (b"", files.PDF, "The file is empty"),
        (files.encrypted_pdf(), files.PDF, "The PDF is protected by a password"),
        (files.many_pages_pdf(5_000), files.PDF, "The PDF has 5,000 pages; at most 2,000 are accepted"),
        (files.scanned_pdf(), files.PDF, "The PDF has no text: it seems to be scanned images"),
        (files.many_pages_pdf(0), files.PDF, "The PDF is damaged and could not be read"),
        (files.looping_pdf(), files.PDF, "The PDF is damaged and could not be read"),
        (
            b"%PDF-1.7\n" + random.Random(1).randbytes(500),
            files.PDF,
            "The PDF is damaged and could not be read",
        ),
        (b"plain words", files.PDF, "The file is not a PDF"),
        (b"MZ\x90\x00" + b"\x00" * 100, files.WORD, "The file is not a Word document"),
        (files.archive({"a.txt": b"a"}), files.WORD, "The file is not a Word document"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            files.WORD,
            "The Word document is protected by a password, or has the old .doc format",
        ),
        (files.zip_bomb_docx(), files.WORD, "The Word document unpacks to more data than is accepted"),
        (files.many_entries_docx(), files.WORD, "The Word document unpacks to more data than is accepted"),
        (
            files.entity_bomb_docx(),
            files.WORD,
            "The Word document declares XML entities, which are not accepted",
        ),
        (files.broken_docx(), files.WORD, "The Word document is damaged and could not be read"),
        (files.lesson_docx()[:2_000], files.WORD, "The Word document is damaged and could not be read"),
        (files.empty_docx(), files.WORD, "The Word document has no text"),
        (b"\x89PNG\r\n", "image/png", "Text in images can't be read here; upload a file with text"),
        (b"\x89PNG\r\n", "text/plain", "The file is not text"),
        (b"MZ\x00\x01", "text/markdown", "The file is not text"),
        (b" \n \n", "text/plain", "The file has no text"),
        (b"<!-- nothing -->", "text/markdown", "The file has no text"),
        (b"<script>alert(1)</script>", "text/html", "The page has no text"),
        (b"data", "application/x-thing", "Files of the type application/x-thing are not read"),
        (b"data", "", "Files of the type unknown are not read"),
        (b"x" * 10_000_001, "text/plain", "The text is too long: at most 10,000,000 characters are accepted"),
        (b"x" * 20_000_001, "text/html", "The text is too long: at most 10,000,000 characters are accepted"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value[:40],
)
def test_unreadable_file_is_refused_with_its_reason(
    tmp_path: Path, data: bytes, content_type: str, reason: str
) -> None:
    assert refusal(tmp_path, data, content_type) == reason


@pytest.mark.parametrize("attack", archives.HOSTILE.values(), ids=archives.HOSTILE)
def test_docx_with_a_hostile_directory_is_refused(tmp_path: Path, attack: Callable[[bytes], bytes]) -> None:
    assert refusal(tmp_path, attack(files.lesson_docx()), files.WORD)


def test_docx_in_the_64_bit_format_is_read(tmp_path: Path) -> None:
    assert blocks(tmp_path, archives.as_zip64(files.lesson_docx()), files.WORD)


def test_docx_gives_its_parts_in_document_order(tmp_path: Path) -> None:
    assert blocks(tmp_path, files.lesson_docx(), files.WORD) == [
        ("heading", "Loops in Python"),
        ("paragraph", files.PROSE.strip()),
        ("list", "- first item\n- second item"),
        ("table", "Keyword | Meaning\nwhile | repeats"),
        ("paragraph", "after the table"),
        ("code", "for n in range(3):\n    print(n)"),
        ("paragraph", "typed with line breaks:"),
        ("code", "x = 1\ny = 2"),
        ("table", "left | right"),
    ]


def test_docx_tells_a_merged_cell_once(tmp_path: Path) -> None:
    assert blocks(tmp_path, files.merged_cells_docx(), files.WORD) == [("table", "wide | narrow")]


def test_markdown_gives_headings_paragraphs_lists_tables_and_code(tmp_path: Path) -> None:
    source = (
        "---\ntitle: hidden\n---\n# Loops\n\nA *loop* repeats\nits `body`.\n\n- one\n- two\n\n"
        "  more of two\n  - inner\n\n1. first\n2. second\n\n```python\n    for n in x:\n"
        "        print(n)\n```\n\n    indented = True\n\n"
        "| Word | Meaning |\n|---|---|\n| for | repeats |\n\n<!-- hidden --><b>raw</b>\n"
    )

    assert blocks(tmp_path, source, "text/markdown; charset=utf-8") == [
        ("heading", "Loops"),
        ("paragraph", "A loop repeats its body."),
        ("list", "- one\n- two\n  more of two\n  - inner\n1. first\n2. second"),
        ("code", "for n in x:\n    print(n)"),
        ("code", "indented = True"),
        ("table", "Word | Meaning\nfor | repeats"),
        ("paragraph", "raw"),
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"so $a_1*b*c_2$ holds", r"so $a_1*b*c_2$ holds"),
        (r"so \(a_1*b*c_2\), and", r"so $a_1*b*c_2$, and"),
        (r"a set $\{x_1, x_2\}$", r"a set $\{x_1, x_2\}$"),
        ("$$\na_1\n- b_2 \\\\\n= c\n$$", r"$$a_1 - b_2 \\ = c$$"),
        ("\\[ *x* \\].", "$$*x*$$."),
        ("\\begin{align}\nx &= *1* \\\\\n\\end{align}", r"$$\begin{align} x &= *1* \\ \end{align}$$"),
        ("$$E=mc^2.$$", "$$E=mc^2$$."),
        ("between $5 and *$10*", "between $5 and $10"),
        ("from $5-$10 or US$ 7_a_$", "from $5-$10 or US$ 7_a_$"),
        ("$$\nnever closed\n\n# Title", "$$ never closed"),
        (r"\$5 and \*", "$5 and *"),
        ("so <math><msup><mi>x</mi><mn>2</mn></msup></math> holds", "so $x^{2}$ holds"),
        ("<math display='block'>\n<msqrt><mi>x</mi></msqrt>\n</math>", r"$$\sqrt{x}$$"),
        ("so <math><mi>x</mi> *never* closed", "so x never closed"),
    ],
)
def test_markdown_keeps_formulas_as_their_author_wrote_them(tmp_path: Path, source: str, text: str) -> None:
    assert blocks(tmp_path, source, "text/markdown")[0] == ("paragraph", text)


def test_markdown_heading_in_a_list_stays_a_heading(tmp_path: Path) -> None:
    assert blocks(tmp_path, "- # Title\n  text\n", "text/markdown") == [
        ("heading", "Title"),
        ("list", "- text"),
    ]


def test_webpage_gives_its_main_text_without_scripts_and_navigation(tmp_path: Path) -> None:
    source = (
        "<html><head><title>t</title></head><body><nav>Menu</nav><main><h1>Loops</h1>lead<br>in <b>bold</b>"
        "<!-- c --><script>x()</script><p>A <em>loop</em> repeats.</p><ul><li>one</li>"
        "<li><p>two</p></li></ul><pre>for n in x:\n    print(n)</pre>"
        "<table><tr><th>a</th><td>b</td></tr></table>"
        "<p hidden>no</p></main><footer>Imprint</footer></body></html>"
    )

    assert blocks(tmp_path, source, "text/html") == [
        ("heading", "Loops"),
        ("paragraph", "lead in bold"),
        ("paragraph", "A loop repeats."),
        ("list", "- one"),
        ("paragraph", "two"),
        ("code", "for n in x:\n    print(n)"),
        ("table", "a | b"),
    ]


def test_webpage_without_a_main_part_is_read_whole(tmp_path: Path) -> None:
    source = f"<article>teaser</article><div><p>{files.PROSE}</p></div>"

    assert ("paragraph", files.PROSE.strip()) in blocks(tmp_path, source, "text/html")


def test_webpage_keeps_formulas_as_tex_and_raised_text(tmp_path: Path) -> None:
    math = "<math display='block'><msup><mi>x</mi><mn>2</mn></msup><mo>.</mo></math>"
    source = (
        f"<p>Area {math} 10<sup>−3</sup> of H<sub>2</sub>O</p><span class='MathJax'>drawn</span>"
        "<p>Euler: <script type='math/tex'>e^{i\\pi}=-1</script></p>"
    )

    assert blocks(tmp_path, source, "text/html") == [
        ("paragraph", "Area $$x^{2}$$. 10⁻³ of H₂O"),
        ("paragraph", "Euler: $e^{i\\pi}=-1$"),
    ]


@pytest.mark.parametrize("declared", ["iso-8859-1", "no-such-charset", "ascii"])
def test_webpage_in_another_encoding_is_read(tmp_path: Path, declared: str) -> None:
    source = f'<meta charset="{declared}"><p>Übung</p>'.encode("latin-1")

    assert blocks(tmp_path, source, "text/html") == [("paragraph", "Übung")]


def test_webpage_nested_deeper_than_python_recurses_ends_well(tmp_path: Path) -> None:
    source = "<p>first</p>" + "<div>" * 5_000 + "deep"

    assert blocks(tmp_path, source, "text/html")[0] == ("paragraph", "first")


def test_plain_text_shows_its_structure(tmp_path: Path) -> None:
    source = (
        "Loops\n=====\nA loop repeats\nits body.\n\nWhile loops\n\n* one\n  goes on\n2) two\n\n----\n\n"
        "    x = 1\n\n    y = 2\n\nname | value\nn | 1\n"
    )

    assert blocks(tmp_path, source, "text/plain") == [
        ("heading", "Loops"),
        ("paragraph", "A loop repeats its body."),
        ("heading", "While loops"),
        ("list", "- one goes on\n2) two"),
        ("code", "x = 1\n\ny = 2"),
        ("table", "name | value\nn | 1"),
    ]


def test_form_feeds_separate_pages(tmp_path: Path) -> None:
    result = parse(tmp_path, b"one page.\fanother page.", "text/plain")

    assert result.pages == 2
    assert [block.page for block in result.blocks] == [1, 2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_encoding_of_plain_text_is_found(tmp_path: Path, encoding: str) -> None:
    assert blocks(tmp_path, "Größe und Übung.".encode(encoding), "text/plain") == [
        ("paragraph", "Größe und Übung.")
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=400),
    content_type=st.sampled_from(
        ["text/plain", "text/markdown", "text/html", files.PDF, files.RICH_TEXT, files.NOTEBOOK]
    ),
)
def test_any_bytes_give_text_or_a_reason(tmp_path: Path, data: bytes, content_type: str) -> None:
    try:
        result = parse(tmp_path, data, content_type)
    except Unreadable:
        return
    for block in result.blocks:
        block.text.encode()  # no lone surrogates: it can be stored


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(min_value=1, max_value=4_000), source=st.sampled_from(sorted(LESSONS)))
def test_truncated_file_gives_text_or_a_reason(tmp_path: Path, cut: int, source: str) -> None:
    build, content_type = LESSONS[source]
    with suppress(Unreadable):
        assert parse(tmp_path, build()[:-cut], content_type).blocks


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), source=st.sampled_from(["docx", "epub", "odt", "pptx"]))
def test_damaged_part_gives_text_or_a_reason(tmp_path: Path, seed: int, source: str) -> None:
    build, content_type = LESSONS[source]
    with suppress(Unreadable):
        parse(tmp_path, files.damage_parts(build(), seed), content_type)


SAMPLES = Path(__file__).parents[5] / "shared" / "samples"


@pytest.mark.parametrize(
    ("name", "content_type", "code"),
    [
        ("python-chapters-1-3.pdf", files.PDF, "public class Hello {"),
        ("python-loops.docx", files.WORD, "while g < 20:"),
        ("python-functions.md", "text/markdown", "Popcorn: $8-10"),
    ],
)
def test_textbook_sample_comes_out_with_its_structure(
    tmp_path: Path, name: str, content_type: str, code: str
) -> None:
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"the textbook sample {name} is not there: a real document was not tried")
    result = parse_file(path, content_type, lambda _: None)

    assert any(block.kind == "code" and code in block.text for block in result.blocks)
    assert Block("heading", "Learning objectives", 3 if content_type == files.PDF else None) in result.blocks
