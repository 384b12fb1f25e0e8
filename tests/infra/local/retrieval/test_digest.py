import pytest

from infra.local.retrieval.blocks import Block
from infra.local.retrieval.digest import build_content
from infra.local.retrieval.words import list_stems
from tests.infra.local.retrieval.files import PROSE


def test_content_tells_what_the_document_is_about() -> None:
    blocks = [
        Block("paragraph", "A foreword of no weight."),
        Block("heading", "While loops"),
        Block("paragraph", PROSE.strip()),
        Block("heading", "Exercises"),
        Block("heading", "Nested loops"),
        Block("list", "- a loop inside a loop"),
    ]
    content = build_content(blocks, 2)

    assert content.summary == PROSE.strip()
    assert content.topics == ("While loops", "Exercises", "Nested loops")
    assert any("loop" in concept for concept in content.key_concepts)
    assert [(section.title, section.content[:12]) for section in content.sections] == [
        ("", "A foreword o"),
        ("While loops", "A loop repea"),
        ("Nested loops", "- a loop ins"),
    ]
    assert content.extracted_text.startswith("A foreword of no weight.\n\nWhile loops\n\nA loop")
    assert content.chunk_count == 2


def test_heading_of_every_chapter_is_no_topic() -> None:
    blocks = [Block("heading", text) for text in ("Goals", "Loops", "Goals", "Lists", "Goals")]

    assert build_content(blocks, 1).topics == ("Loops", "Lists")


def test_code_alone_has_no_summary_and_no_concepts() -> None:
    content = build_content([Block("code", "x = 1")], 1)

    assert (content.summary, content.key_concepts) == ("", ())


def test_long_document_is_weighed_in_a_sample() -> None:
    blocks = [
        Block("paragraph", f"{PROSE}In part {number} there is more to say about loops.")
        for number in range(1_200)
    ]

    assert len(build_content(blocks, 1).key_concepts) > 3


def test_same_text_in_other_blocks_has_the_same_concepts() -> None:
    texts = [
        f"The {name} of body {n} depends on its {cause}. Its $x_{n}={n}\\omega$ was measured in year {n}."
        for n, (name, cause) in enumerate([("kinetic energy", "mass"), ("angular frequency", "spring")] * 200)
    ]
    apart = [Block("paragraph", text) for text in texts]
    joined = [
        Block("heading", "Motion"),
        *(Block("paragraph", " ".join(texts[n : n + 7])) for n in range(0, 400, 7)),
    ]

    concepts = build_content(apart, 1).key_concepts
    assert set(concepts) == set(build_content(joined, 1).key_concepts)
    assert "kinetic energy" in concepts
    assert not any("omega" in concept for concept in concepts)


def test_german_document_gives_german_concepts() -> None:
    text = "Die Schleife wiederholt den Block und der Rumpf der Schleife ist nicht leer. " * 3

    assert "Schleife" in " ".join(build_content([Block("paragraph", text)], 1).key_concepts)


@pytest.mark.parametrize(
    ("family", "language"),
    [
        ("loop loops looped looping", "en"),
        ("run runs running", "en"),
        ("class classes", "en"),
        ("iterate iterates iterating iteration iterations", "en"),
        ("code codes coding", "en"),
        ("Schleife Schleifen", "de"),
        ("Haus Häuser", "de"),
        ("boucle boucles", "fr"),
        ("función funciones funcion", "es"),
    ],
)
def test_words_of_one_stem_meet(family: str, language: str) -> None:
    assert len(set(list_stems(family, language))) == 1


def test_words_keep_what_tells_them_apart() -> None:
    assert list_stems("The Größe of C++ and C#, for a list", "en") == ["gross", "c++", "c#", "list"]


def test_a_query_has_the_stems_of_each_language_once() -> None:
    assert list_stems("Schleifen form", "de", "en") == ["schleif", "schleifen", "form"]
