"""Text files as Anki's own importer reads them, beside what we make of them."""

import re
from pathlib import Path
from typing import Any

import pytest

from functions.assessments.flashcards.decks.gaps import mask_gaps, reveal_gaps
from functions.assessments.flashcards.decks.markup import to_plain
from tests.functions.assessments.flashcards.decks.anki_decks import DECKS, add, open_anki
from tests.functions.assessments.flashcards.decks.files import Decks

pytest.importorskip("anki.collection", reason="Anki's library is not installed: nothing to compare with")

_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)


def _import_text(collection: Any, file: Path) -> None:
    from anki.collection import ImportCsvRequest

    metadata = collection.get_csv_metadata(path=str(file), delimiter=None)
    collection.import_csv(ImportCsvRequest(path=str(file), metadata=metadata))


def _list_cards(collection: Any) -> list[tuple[str, str]]:
    """Return the fronts and the words of the backs of Anki's cards, as plain text."""
    found = []
    for card in collection.find_cards(""):
        sides = collection.get_card(card).render_output()
        question, answer = (_STYLE.sub("", each) for each in (sides.question_text, sides.answer_text))
        found.append((to_plain(question.replace("[...]", "[…]")), to_plain(answer)))
    return sorted(found)


@pytest.mark.parametrize(
    "content",
    [
        "dog\tHund\ncat\tKatze\n",
        "dog|Hund, der\ncat|Katze\n",
        "dog;Hund, der\ncat;Katze, die\n",
        "#separator:tab\n#html:true\ngreen <b>pigment</b>\tchlorophyll\n",
        "#separator:comma\n#html:false\nwhat is <b>?,bold\n",
        "#separator:tab\n#html:true\n#guid column:1\nz9~x\tlong side\thypotenuse\nz8~y\tshort side\tleg\n",
        "#separator:tab\n#notetype:Cloze\n#tags column:3\nThe {{c1::owl}} is {{c2::wise}}\t\tbirds\n",
        "#separator:tab\n#html:true\n#notetype:Cloze\nA {{c1::femur::bone}} is long\tthigh\tone two\n",
        "#separator:tab\n#notetype column:1\nBasic (and reversed card)\tdog\tHund\nCloze\t{{c1::x}}\tmore\n",
        "#separator:tab\n#notetype:Basic (and reversed card)\ndog\tHund\tone two\n",
        "#separator:semicolon\n#columns:Back;Front\n#notetype:Basic\nHund;dog\n",
        "#separator:tab\n#html:true\n#notetype:Basic (optional reversed card)\ndog\tHund\ty\ncat\tKatze\t\n",
        '#separator:tab\n"two\nlines ""quoted"""\tx\nsecond\ty\n',
        "#separator:tab\n#html:true\na\tb\n#comment\tc\n",
        "tags:one two\ndog\tHund\n",
    ],
)
async def test_a_text_file_is_read_as_anki_reads_it(decks: Decks, tmp_path: Path, content: str) -> None:
    (tmp_path / "notes.txt").write_text(content, "utf-8")
    with open_anki(tmp_path, "theirs") as theirs:
        _import_text(theirs, tmp_path / "notes.txt")
        expected = _list_cards(theirs)
    await decks.bring(content.encode(), "notes.txt")
    _compare(expected, await decks.cards())


@pytest.mark.parametrize("with_html", [True, False])
async def test_what_anki_exports_as_text_is_read(decks: Decks, tmp_path: Path, *, with_html: bool) -> None:
    with open_anki(tmp_path, "theirs") as theirs:
        for name in ("vocabulary", "both directions", "gaps", "code", "tags"):
            DECKS[name](theirs, tmp_path / "theirs.media")
        add(theirs, "Basic", "#begins like a comment", '"quoted"\tand a tab')
        theirs.export_note_csv(
            out_path=str(tmp_path / "notes.txt"), limit=None, with_html=with_html, with_tags=True,
            with_deck=True, with_notetype=True, with_guid=True,
        )  # fmt: skip
        expected = _list_cards(theirs)
        guids = theirs.db.list("SELECT guid FROM notes")
    content = (tmp_path / "notes.txt").read_bytes()
    done = await decks.bring(content, "notes.txt")
    assert (done["failed"], done["imported"]) == (0, len(expected))
    if with_html:
        _compare(expected, await decks.cards())
    text = (await decks.take("json")).decode()
    assert all(guid.replace("\\", "\\\\").replace('"', '\\"') in text for guid in guids)
    assert (await decks.bring(content, "notes.txt"))["imported"] == 0


def _compare(expected: list[tuple[str, str]], cards: list[Any]) -> None:
    """Hold our questions to Anki's fronts, and what our answers say to the backs."""
    backs = {_squeeze(front): _squeeze(back) for front, back in expected}
    found = {_squeeze(mask_gaps(card.question)): card.answer for card in cards}
    assert (sorted(found), len(cards)) == (sorted(backs), len(expected))
    for question, answer in found.items():
        parts = [_squeeze(reveal_gaps(part)) for line in answer.split("\n") for part in line.split(", ")]
        assert [part for part in parts if part not in backs[question]] == []


def _squeeze(text: str) -> str:
    """Return the words without marks of emphasis, brackets of gaps, and blanks."""
    return re.sub(r"[\s*\[\]]+", "", text)
