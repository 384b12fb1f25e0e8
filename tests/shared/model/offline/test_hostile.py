import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model.offline import OfflineModel
from shared.model.offline.lines import Kind
from shared.model.offline.segmentation import split_blocks
from shared.model.protocol import SummaryRequest
from shared.text.folding import fold_text
from tests.shared.model.offline.builders import passages, propose_cards

pytestmark = pytest.mark.slow

FACT = "A cell is a unit of life that divides quickly."
LINES = (
    FACT,
    "Inflation is a rise that lasts.",
    "Ex: this",
    "- item one",
    "Term: a thing that is here",
    "x = 1",
    "Heading",
    "",
    "Two ways to walk include:",
    "A | Definition",
    "b | a thing that has four words",
    "It is.",
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a" * 1_000_000,
        "word " * 200_000,
        "Z" + "\u0301\u0302\u0303" * 2_000 + " is a thing that glows.",
        "".join(map(chr, range(32))) * 200,
        "(" * 5_000 + ")" * 5_000,
        "{{c1::x}}" * 900,
        "| a " * 2_000,
        "in-\n" * 2_000,
        "A: b " * 1_500,
        "**A**: " * 1_000,
        "called " * 1_000 + ".",
        "\t" * 6_000,
    ],
    ids=lambda text: repr(text[:12]),
)
@pytest.mark.parametrize("language", ["en", "xx"])
async def test_rubble_gives_nothing(text: str, language: str) -> None:
    assert await propose_cards(text, text, language=language) == []
    summary = await OfflineModel().summarize(SummaryRequest(passages=passages(text), language=language))
    assert (summary.text, summary.citations) == ("", ())


async def test_invisible_characters_do_not_reach_the_card() -> None:
    (draft,) = await propose_cards(f"\0\u202e{FACT[:10]}\u200b{FACT[10:]}\u2066")
    assert draft.question == "What is a cell?"
    assert draft.answer == "A unit of life that divides quickly."
    assert fold_text(draft.quote) == FACT


async def test_what_is_beyond_the_limits_is_not_read() -> None:
    filler = "word " * 1_199 + "\n\n"
    assert await propose_cards(filler + " " * 10 + "\n\n" + FACT) == []
    assert await propose_cards(*[filler] * 21, FACT) == []


@given(st.text(max_size=300))
def test_blocks_know_where_each_character_stands(text: str) -> None:
    for block in split_blocks(text):
        assert len(block.text) == len(block.origin) > 0
        assert list(block.origin) == sorted(block.origin)
        assert all(char in (" ", text[at]) for char, at in zip(block.text, block.origin, strict=True))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=12))
async def test_any_mixture_of_lines_gives_cards_that_quote_it(lines: list[str]) -> None:
    text = "\n".join(lines)
    for draft in await propose_cards(text):
        assert draft.quote in text
        assert draft.question.endswith("?") or "{{c1::" in draft.question


def test_lines_are_told_apart() -> None:
    text = "Title\n\n1. first item\n| a | b |\n```\ncode\n```\nProse that goes on and\nends here.\n# Next\n"
    assert [(block.kind, block.text) for block in split_blocks(text)] == [
        (Kind.HEADING, "Title"),
        (Kind.ITEM, "first item"),
        (Kind.ROW, "| a | b |"),
        (Kind.TEXT, "Prose that goes on and ends here."),
        (Kind.HEADING, "Next"),
    ]
