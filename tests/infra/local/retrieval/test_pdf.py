"""PDFs as they are set: columns, tables, notes, formulas, hyphens, running lines, unmapped glyphs."""

from pathlib import Path

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from infra.local.retrieval.blocks import Block, Unreadable
from infra.local.retrieval.pdf import parse_pdf
from tests.infra.local.retrieval.files import paragraph, write_pdf
from tests.infra.local.retrieval.pdf_pages import At, make_pdf, set_lines

LEFT = (
    "The left column begins with a line and then",
    "goes on with a second line of like length to",
    "be followed by a third one, which says that",
    "columns are read one after the other, and",
    "ends with a sentence that the right column",
)
RIGHT = (
    "finishes before it tells of something else.",
    "Its lines stand at the heights of the others",
    "so that reading by rows would mix up both of",
    "them, which nobody could understand later,",
    "and that is why the gap between them counts.",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pdf")


def read(folder: Path, *pages: list[At]) -> list[Block]:
    path = folder / "source.pdf"
    path.write_bytes(make_pdf(*pages))
    return parse_pdf(path, lambda _: None).blocks


def texts(folder: Path, *pages: list[At]) -> list[str]:
    return [block.text for block in read(folder, *pages)]


def test_columns_are_read_one_after_the_other_below_a_title(folder: Path) -> None:
    rows = zip(set_lines(*LEFT), set_lines(*RIGHT, x=320), strict=True)  # drawn row by row
    page = [
        At(180, 760, "A title over both columns of the page", 16),
        *(each for row in rows for each in row),
    ]

    assert texts(folder, page) == ["A title over both columns of the page", " ".join((*LEFT, *RIGHT))]


def test_rows_of_a_table_keep_their_cells(folder: Path) -> None:
    rows = [
        ("Gland", "Hormone", "Effect"),
        ("Thyroid", "T3 and T4", "metabolism"),
        ("Pineal", "melatonin", "sleep"),
    ]
    page = [
        At(60 + 150 * column, 700 - 14 * row, rows[row][column]) for row in range(3) for column in range(3)
    ]

    assert read(folder, page) == [
        Block(
            "table",
            "Gland | Hormone | Effect\nThyroid | T3 and T4 | metabolism\nPineal | melatonin | sleep",
            1,
        )
    ]


def test_charged_names_are_cells_and_equations_no_headings(folder: Path) -> None:
    rows = [("Carrier", "Oxidised"), ("NAD", "NAD+"), ("NADP", "NADP+")]
    page = [
        At(60 + 150 * column, 700 - 14 * row, rows[row][column]) for row in range(3) for column in range(2)
    ]
    equation = At(100, 600, "E = hc / d", font="B")

    assert read(folder, [*page, equation]) == [
        Block("table", "Carrier | Oxidised\nNAD | NAD+\nNADP | NADP+", 1),
        Block("paragraph", "E = hc / d", 1),
    ]


def test_names_of_columns_that_stand_close_are_cells(folder: Path) -> None:
    head = [At(60, 700, "Complex"), At(160, 700, "Electron donor"), At(232, 700, "Acceptor")]
    rows = [
        [At(60, 686, "one"), At(160, 686, "NADH"), At(232, 686, "ubiquinone")],
        [At(60, 672, "two"), At(160, 672, "FADH"), At(232, 672, "ubiquinone")],
    ]

    assert texts(folder, [*head, *rows[0], *rows[1]]) == [
        "Complex | Electron donor | Acceptor\none | NADH | ubiquinone\ntwo | FADH | ubiquinone"
    ]


def test_lines_of_a_cell_stay_in_it(folder: Path) -> None:
    page = [
        *(At(60, 700, "Gland"), At(160, 700, "Hormone"), At(300, 700, "Effect")),
        *(At(60, 680, "Thyroid"), At(160, 680, "thyroxine, which"), At(300, 680, "metabolism and")),
        *(At(160, 668, "contains iodine"), At(300, 668, "growth of the brain")),
        *(At(60, 648, "Pineal"), At(160, 648, "melatonin"), At(300, 648, "sleep")),
        *set_lines("A paragraph follows the table, as wide as the page is, and ends here.", y=600),
    ]

    table, paragraph_below = texts(folder, page)

    assert table.split("\n") == [
        "Gland | Hormone | Effect",
        "Thyroid | thyroxine, which contains iodine | metabolism and growth of the brain",
        "Pineal | melatonin | sleep",
    ]
    assert paragraph_below == "A paragraph follows the table, as wide as the page is, and ends here."


def test_footnotes_that_count_with_the_pages_stay(folder: Path) -> None:
    names = (
        "Sumer",
        "Akkad",
        "Elam",
        "Mari",
        "Ebla",
        "Assur",
        "Ur",
        "Nippur",
        "Kish",
        "Uruk",
        "Eridu",
        "Susa",
    )
    pages = [
        [
            *set_lines(f"A sentence about {name} that is long."),
            At(60, 90, f"{number + 1} In {name}, of course.", 7),
        ]
        for number, name in enumerate(names[:3])
    ] + [set_lines(f"A sentence about {name} that is long.") for name in names[3:]]

    assert sum("of course" in text for text in texts(folder, *pages)) == 3


def test_a_footnote_follows_the_sentence_that_it_interrupts(folder: Path) -> None:
    first = [
        *set_lines("Sumer was home to some of the largest early cities", "of the world, and they were"),
        At(60, 90, "1 A region of southern Mesopotamia.", 7),
    ]
    second = set_lines("joined by canals.")

    assert texts(folder, first, second) == [
        "Sumer was home to some of the largest early cities of the world, and they were joined by canals.",
        "1 A region of southern Mesopotamia.",
    ]


def test_a_caption_does_not_cut_a_sentence(folder: Path) -> None:
    page = [
        *set_lines("The cell has a membrane that keeps the inside apart and", "that lets only some"),
        At(60, 600, "Figure 3.1 A membrane."),
        At(60, 500, "substances pass."),
    ]

    assert texts(folder, page) == [
        "The cell has a membrane that keeps the inside apart and that lets only some substances pass.",
        "Figure 3.1 A membrane.",
    ]


def test_powers_indices_and_fractions_are_written_in_the_line(folder: Path) -> None:
    page = [
        At(60, 700, "There are 6 x 10"), At(132, 704, "23", 7), At(144, 700, "of them in 18 g of"),
        At(235, 700, "H"), At(242.3, 697, "2", 7), At(246.3, 700, "O, so"),
        At(60, 680, "f ="), At(78, 686, "1"), At(74, 673, "2 s"), At(92, 680, "is its frequency."),
    ]  # fmt: skip

    assert texts(folder, page) == [
        "There are 6 x 10²³ of them in 18 g of H₂O, so f = 1/(2 s) is its frequency."
    ]


def test_minus_signs_and_greek_letters_of_symbol_fonts_are_kept(folder: Path) -> None:
    page = [
        At(60, 700, "At"),
        At(75, 700, "-40 D", font="S"),
        At(110, 700, "both scales agree –40 times."),
    ]

    assert texts(folder, page) == ["At −40 Δ both scales agree –40 times."]


def test_ligatures_are_letters(folder: Path) -> None:
    differences = b"BaseFont/Helvetica/Encoding<</Differences[64/ffi]>>"
    data = make_pdf(set_lines("A di@cult task is an e@cient one."))
    path = folder / "ligatures.pdf"
    path.write_bytes(data.replace(b"BaseFont/Helvetica/Encoding/WinAnsiEncoding", differences))

    found = parse_pdf(path, lambda _: None).blocks

    assert [block.text for block in found] == ["A difficult task is an efficient one."]


def test_unmapped_glyphs_are_marked(folder: Path) -> None:
    page = [
        *set_lines("A sentence with one sign that its font does not name, and"),
        At(60, 688, "AB", font="U"),
    ]

    assert texts(folder, page) == ["A sentence with one sign that its font does not name, and ��"]


def test_a_document_of_unmapped_glyphs_fails(folder: Path) -> None:
    page = [At(60, 700, "NOBODYKNOWSWHATTHISSAYS", font="U")]

    with pytest.raises(Unreadable, match="does not say which letters"):
        read(folder, page, page, set_lines("A page of letters."))


def test_an_unmapped_page_is_left_out(folder: Path) -> None:
    pages = [set_lines(f"Page {name} is made of letters.") for name in ("one", "two")]

    assert texts(folder, *pages, [At(60, 700, "NOBODYKNOWS", font="U")]) == [
        "Page one is made of letters.",
        "Page two is made of letters.",
    ]


def test_running_heads_feet_and_margin_numbers_go(folder: Path) -> None:
    def make_page(number: int, head: str) -> list[At]:
        body = [
            f"Sentence {'abcdefghijklmn'[line]} of page {'uvwxyz'[number]} stands here." for line in range(9)
        ]
        return [
            At(60, 800, f"{number + 12}"), At(300, 800, head, 8),
            *(At(30, 700 - 12 * line, str(9 * number + line + 1), 7) for line in range(9)),
            *set_lines(*body),
            At(60, 30, f"book.indb {number + 12} 2024-05-0{number + 1} 10:1{number}", 6),
        ]  # fmt: skip

    found = " ".join(texts(folder, *(make_page(number, f"Section {'vwxyz'[number]}") for number in range(4))))

    assert not any(part in found for part in ("Section", "indb", "12", "10"))
    assert found.count("Sentence") == 36
    assert not any(letter.isdecimal() for letter in found)


def test_text_turned_in_the_margin_goes_but_a_turned_page_is_read(folder: Path) -> None:
    stamp = At(20, 300, "arXiv:2401.00001v1 [cs.LG]", 14, turned=True)
    upright = [*set_lines("An abstract of a paper that says little."), stamp]
    turned = [At(100 + 12 * line, 60, text, turned=True) for line, text in enumerate(LEFT[:2])]

    assert texts(folder, upright) == ["An abstract of a paper that says little."]
    assert texts(folder, turned) == [" ".join(LEFT[:2])]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (("The lock-and-", "key model is old."), "The lock-and-key model is old."),
        (("They ef-", "ficiently work."), "They efficiently work."),
        (("To sti- fle a cough", "is hard."), "To stifle a cough is hard."),
        (("A well-", "known fact is well-known."), "A well-known fact is well-known."),
        (("The pre-", "Columbian age."), "The pre-Columbian age."),
        (("Die Vor-", "und Nachteile der Wahl."), "Die Vor- und Nachteile der Wahl."),
        (("From 1914–", "1918 there was war."), "From 1914–1918 there was war."),
        (("See https://example.org/a-", "b/c for more."), "See https://example.org/a-b/c for more."),
        (("contradictions—", "that is, ideas."), "contradictions—that is, ideas."),
    ],
)
def test_words_broken_at_the_end_of_a_line(folder: Path, lines: tuple[str, str], joined: str) -> None:
    vocabulary = ("Every lock has a key and", "every key has a lock.")

    assert texts(folder, [*set_lines(*lines), *set_lines(*vocabulary, y=500)])[0] == joined


def test_paragraphs_begin_by_their_indentation(folder: Path) -> None:
    page = [
        *set_lines(
            "The first paragraph has a line that is long enough",
            "and a second line, about as long as the first.",
        ),
        At(74, 676, "The next one is indented, as books have it,"),
        At(60, 664, "and goes on at the margin of the page."),
    ]

    assert len(texts(folder, page)) == 2


def test_a_glossary_is_read_by_entries(folder: Path) -> None:
    entries = [
        ("hormone", "a messenger in blood"),
        ("gland", "an organ that secretes"),
        ("tissue", "like cells"),
        ("axon", "a long fibre of a nerve"),
    ]
    page = [
        each
        for row, (term, meaning) in enumerate(entries)
        for each in (At(60, 700 - 12 * row, term, font="B"), At(63 + 6 * len(term), 700 - 12 * row, meaning))
    ]

    assert texts(folder, page) == [f"{term}: {meaning}" for term, meaning in entries]


def test_what_is_not_read_is_counted(folder: Path) -> None:
    def write(pdf: FPDF) -> None:
        pdf.add_page()
        paragraph(pdf, "A page with a picture.")
        pdf.image(Image.new("RGB", (9, 9)))
        pdf.add_page()
        pdf.image(Image.new("RGB", (9, 9), "red"))

    path = folder / "pictures.pdf"
    path.write_bytes(write_pdf(write))
    parsed = parse_pdf(path, lambda _: None)

    assert (parsed.pages, parsed.pages_without_text, parsed.images_skipped) == (2, 1, 2)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.builds(
            At,
            x=st.floats(-50, 650, allow_nan=False),
            y=st.floats(-50, 900, allow_nan=False),
            text=st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), max_size=12),
            size=st.floats(0.1, 90, allow_nan=False),
            font=st.sampled_from("HBSU"),
            turned=st.booleans(),
        ),
        max_size=40,
    )
)
def test_whatever_stands_anywhere_is_read_or_refused(folder: Path, page: list[At]) -> None:
    try:
        blocks = read(folder, page, page)
    except Unreadable as error:
        refusal, blocks = str(error), []
    else:
        refusal = ""

    assert all(block.text.strip() for block in blocks)
    assert refusal.endswith(("scanned images", "print it to PDF anew")) or not refusal


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(["cell", "membrane", "of", "transport", "the", "protein"]), min_size=12, max_size=60
    )
)
def test_no_word_is_lost_or_moved_in_running_text(folder: Path, words: list[str]) -> None:
    lines = [" ".join(words[start : start + 6]) for start in range(0, len(words), 6)]

    assert " ".join(texts(folder, set_lines(*lines))).split() == words
