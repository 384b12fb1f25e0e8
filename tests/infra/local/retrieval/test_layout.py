from infra.local.retrieval.blocks import Block
from infra.local.retrieval.layout import build_blocks
from infra.local.retrieval.lines import Line


def lines(
    *texts: str, page: int = 1, top: float = 800.0, size: float = 10.0, mono: bool = False
) -> list[Line]:
    return [Line(text, page, 50.0, top - 12 * index, size, mono=mono) for index, text in enumerate(texts)]


LONG = "These words fill a line of the page from its left to its right margin,"


def test_nothing_gives_nothing() -> None:
    assert build_blocks([[], []]) == []


def test_words_broken_at_the_end_of_a_line_are_whole_again() -> None:
    page = lines(
        LONG, "and a pro-", "gram is a well-", "known thing, soft\u00ad", "ened, of well-known kind."
    )

    assert build_blocks([page]) == [
        Block("paragraph", f"{LONG} and a program is a well-known thing, softened, of well-known kind.", 1)
    ]


def test_sentence_goes_on_after_the_page() -> None:
    pages = [lines(LONG, "and the sentence goes"), lines("on here.", "Then it ends.", page=2)]

    assert [block.text for block in build_blocks(pages)] == [
        f"{LONG} and the sentence goes on here. Then it ends."
    ]


def test_rows_do_not_run_on_over_a_page() -> None:
    pages = [lines("name | value"), lines("n | one", page=2)]

    assert build_blocks(pages) == [Block("table", "name | value\nn | one", 1)]


def test_page_numbers_go_but_numbers_in_the_text_stay() -> None:
    page = lines("12", LONG, "in chapters 1 to", "3", "and then some more.", "- 12 -")

    assert [block.text for block in build_blocks([page])] == [
        f"{LONG} in chapters 1 to 3 and then some more."
    ]


def test_short_line_before_a_paragraph_is_a_heading_also_in_the_same_font() -> None:
    page = [*lines("Loops in practice", top=830), *lines(LONG, LONG, LONG)]

    assert [block.kind for block in build_blocks([page])] == ["heading", "paragraph"]


def test_short_sentence_is_no_heading() -> None:
    page = [*lines("This is short.", top=830), *lines(LONG, LONG, LONG)]

    assert [block.kind for block in build_blocks([page])] == ["paragraph", "paragraph"]


def test_text_without_positions_is_joined_by_its_words() -> None:
    page = [Line(text, 1) for text in (LONG, LONG, "and ends here.", "Another paragraph begins.")]

    assert [block.text for block in build_blocks([page])] == [
        f"{LONG} {LONG} and ends here.",
        "Another paragraph begins.",
    ]


def test_code_keeps_indentation_and_empty_lines_that_are_only_positions() -> None:
    page = [
        Line("def f():", 1, 50, 800, 10, mono=True),
        Line("return 1", 1, 74, 788, 10, mono=True),
        Line("f()", 1, 50, 764, 10, mono=True),
    ]

    assert build_blocks([page]) == [Block("code", "def f():\n    return 1\n\nf()", 1)]


def test_header_goes_but_the_same_words_within_the_page_stay() -> None:
    body = ("Some text of the page.", "Course notes", "More text of it.", "The end of it.")
    pages = [[*lines("Course notes", top=830, page=n), *lines(*body, page=n)] for n in range(4)]

    text = " ".join(block.text for block in build_blocks(pages))

    assert text.count("Course notes") == 4
