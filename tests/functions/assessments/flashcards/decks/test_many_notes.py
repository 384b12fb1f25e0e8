"""Collections of as many notes as a deck may have are opened and read in one pass."""

from pathlib import Path

from functions.assessments.flashcards.decks.anki_collection import open_collection
from tests.functions.assessments.flashcards.decks.files import card, collection, note

_NOTES = 30_000


def test_a_collection_of_many_notes_is_read_in_the_order_of_its_cards(tmp_path: Path) -> None:
    notes = [note(number, "front", "back") for number in range(1, _NOTES + 1)]
    cards = [card(number, number, due=_NOTES - number) for number in range(1, _NOTES + 1)]
    file = tmp_path / "collection.anki2"
    file.write_bytes(collection(notes, cards))
    with open_collection(file) as opened:
        assert [each.id for each in opened.read_notes()] == list(range(_NOTES, 0, -1))
