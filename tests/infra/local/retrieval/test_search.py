from pathlib import Path

import pytest

from infra.local.retrieval.words import list_stems
from shared.clock import derive_id
from tests.infra.local.retrieval import files
from tests.infra.local.retrieval.conftest import DOCUMENT, Build, Source, accept

OTHER = derive_id("other")


async def test_search_finds_the_best_passage_first(build: Build, source: Source) -> None:
    documents = build()
    for document_id, text in ((DOCUMENT, "loops"), (OTHER, "tuples")):
        source.data = "\n\n".join(
            [f"# About {text}", f"Much can be said of {text} in programs. " * 25, files.PROSE * 5]
        ).encode()
        accept(documents, document_id, content_type="text/markdown")
        await documents.wait_until_settled()

    found = await documents.find([DOCUMENT, OTHER], "what is a tuple?", limit=3, threshold=0)
    both = await documents.find([DOCUMENT, OTHER], "looping programs", limit=10, threshold=0)
    strict = await documents.find([DOCUMENT, OTHER], "looping programs", limit=10, threshold=0.99)

    assert found[0].document_id == OTHER
    assert found[0].score == 1.0
    assert all("tuple" in chunk.text for chunk in found)
    assert [chunk.score for chunk in both] == sorted((chunk.score for chunk in both), reverse=True)
    assert len(strict) < len(both)
    assert await documents.find([OTHER], "what is a", limit=3, threshold=0) == []
    assert await documents.find([OTHER], "zebra", limit=3, threshold=0) == []
    assert await documents.find([derive_id("nowhere")], "loop", limit=3, threshold=0) == []


async def test_each_document_is_searched_in_its_language(build: Build, source: Source) -> None:
    documents = build()
    for document_id, text in (
        (DOCUMENT, "Die Schleife wiederholt den Rumpf, und der Rumpf der Schleife ist nicht leer."),
        (OTHER, files.PROSE),
    ):
        source.data = text.encode()
        accept(documents, document_id)
        await documents.wait_until_settled()

    german = await documents.find([DOCUMENT, OTHER], "Schleifen", limit=3, threshold=0)
    english = await documents.find([DOCUMENT, OTHER], "looping", limit=3, threshold=0)

    assert [chunk.document_id for chunk in german] == [DOCUMENT]
    assert [chunk.document_id for chunk in english] == [OTHER]


async def test_search_without_a_query_is_spread_over_documents_and_their_length(
    build: Build, source: Source
) -> None:
    documents = build()
    source.data = "\n\n".join(f"Part {number}. {files.PROSE * 4}" for number in range(20)).encode()
    accept(documents, DOCUMENT)
    accept(documents, OTHER)
    await documents.wait_until_settled()

    found = await documents.find([DOCUMENT, OTHER, derive_id("none")], " ", limit=5, threshold=0.5)
    alone = await documents.find([DOCUMENT], "", limit=4, threshold=0)

    assert [chunk.document_id for chunk in found] == [DOCUMENT] * 2 + [OTHER] * 3
    assert {chunk.score for chunk in found} == {1.0}
    assert [chunk.text[:8] for chunk in alone] == ["Part 2. ", "Part 7. ", "Part 12.", "Part 17."]


async def test_search_of_a_document_of_stopwords_finds_nothing(build: Build, source: Source) -> None:
    source.data = b"It is what it is."
    documents = build()
    accept(documents)
    await documents.wait_until_settled()

    assert await documents.find([DOCUMENT], "loop", limit=3, threshold=0) == []


async def test_least_used_indexes_are_let_go(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.local.retrieval.search._MAX_CACHED_CHUNKS", 2)
    documents = build()
    for document_id in (DOCUMENT, OTHER):
        accept(documents, document_id)
    await documents.wait_until_settled()

    for _ in range(2):
        for wanted in ([DOCUMENT], [OTHER], [DOCUMENT, OTHER], [OTHER]):
            assert {
                chunk.document_id for chunk in await documents.find(wanted, "loop", limit=9, threshold=0)
            } == {*wanted}

    assert len(documents._search._indexes) == 1


async def test_document_deleted_while_it_is_searched_gives_nothing(build: Build, tmp_path: Path) -> None:
    documents = build()
    accept(documents)
    await documents.wait_until_settled()
    (tmp_path / "retrieval" / DOCUMENT / "chunks.json").unlink()

    assert await documents.find([DOCUMENT], "loop", limit=3, threshold=0) == []


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("植物通过光合作用制造养分。", "什么是光合作用"),
        ("植物は光合成によって養分を作る。", "光合成とは何か"),
        ("พืชสร้างอาหารด้วยการสังเคราะห์แสง", "การสังเคราะห์แสง"),
    ],
)
def test_words_without_spaces_between_them_meet(text: str, question: str) -> None:
    assert set(list_stems(question, "en")) & set(list_stems(text, "en"))
    assert not set(list_stems(question, "en")) & set(list_stems("水在零度结冰 氷 น้ำแข็ง", "en"))
