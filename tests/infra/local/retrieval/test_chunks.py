from hypothesis import given
from hypothesis import strategies as st

from infra.local.retrieval.blocks import Block, Kind
from infra.local.retrieval.chunks import MAX_CHUNK_CHARS, build_chunks
from tests.infra.local.retrieval.files import PROSE

KINDS: list[Kind] = ["heading", "paragraph", "list", "code", "table"]
block = st.builds(
    Block,
    kind=st.sampled_from(KINDS),
    text=st.text("ab .\n", min_size=1, max_size=3_000).map(lambda text: f"x{text}"),
    page=st.integers(1, 9),
)


def prose(times: int) -> Block:
    return Block("paragraph", (PROSE * times).strip(), 1)


def test_small_sections_share_a_chunk_and_large_ones_begin_their_own() -> None:
    chunks = build_chunks(
        "d",
        [
            Block("heading", "One", 1),
            prose(1),
            Block("heading", "Two", 1),
            prose(4),
            Block("heading", "Three", 2),
            prose(4),
        ],
    )

    assert [chunk.text.split("\n")[0] for chunk in chunks] == ["One", "Three"]
    assert [chunk.page for chunk in chunks] == [1, 2]


def test_heading_stays_with_the_text_it_heads() -> None:
    chunks = build_chunks("d", [prose(3), Block("heading", "Next", 7), prose(5)])

    assert chunks[1].text.startswith("Next\n\nA loop")
    assert chunks[1].page == 7


def test_long_paragraph_is_cut_between_sentences() -> None:
    chunks = build_chunks("d", [prose(20)])

    assert all(chunk.text.endswith(".") for chunk in chunks)
    assert " ".join(chunk.text for chunk in chunks) == prose(20).text
    assert all(len(chunk.text) > 600 for chunk in chunks[:-1])


def test_text_without_sentences_is_cut_between_words_or_anywhere() -> None:
    words, letters = (
        build_chunks("d", [Block("paragraph", "word " * 400)]),
        build_chunks("d", [Block("list", "x" * 3_000)]),
    )

    assert all(chunk.text.startswith("word") and chunk.text.endswith("word") for chunk in words)
    assert "".join(chunk.text for chunk in letters) == "x" * 3_000


def test_code_is_fenced_in_each_of_its_chunks() -> None:
    code = "\n".join(f"print({number})  # a line of code" for number in range(100))
    chunks = build_chunks("d", [Block("code", code)])

    assert len(chunks) > 1
    assert all(chunk.text.startswith("```\n") and chunk.text.endswith("\n```") for chunk in chunks)


def test_table_of_contents_fits_its_chunks() -> None:
    chunks = build_chunks(
        "d", [Block("heading", f"Chapter {number} of the book", number) for number in range(200)]
    )

    assert all(len(chunk.text) <= MAX_CHUNK_CHARS for chunk in chunks)
    assert chunks[-1].page != 1
    assert sum(chunk.text.count("Chapter") for chunk in chunks) == 200


def test_ids_are_stable_and_differ_by_document_and_place() -> None:
    same = [prose(5), prose(5)]
    first, again, other = (build_chunks(name, same) for name in ("d", "d", "e"))

    assert first == again
    assert len({chunk.chunk_id for chunk in first + other}) == len(first) + len(other)


@given(st.lists(block, max_size=12))
def test_chunks_are_bounded_and_lose_no_letter(blocks: list[Block]) -> None:
    chunks = build_chunks("d", blocks)

    assert all(0 < len(chunk.text) <= MAX_CHUNK_CHARS for chunk in chunks)
    kept = "".join(chunk.text for chunk in chunks).replace("`", "")
    given_letters = "".join(b.text[:600] if b.kind == "heading" else b.text for b in blocks)
    assert sorted("".join(kept.split())) == sorted("".join(given_letters.split()))
