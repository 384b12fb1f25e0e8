"""Sample decks, and what is measured of their imports."""

from pathlib import Path

import pytest

from infra.decks import DeckShape, measure_import, write_deck

_SHAPE = DeckShape(20, answers=2, pictures=5, picture_bytes=100)


def test_a_sample_deck_is_the_same_each_time(tmp_path: Path) -> None:
    files = [tmp_path / "one.apkg", tmp_path / "two.apkg"]
    for file in files:
        write_deck(file, _SHAPE)
    assert files[0].stat().st_size == files[1].stat().st_size > 1000


@pytest.mark.slow
@pytest.mark.parametrize("importer", ["aksio", "anki"])
def test_each_importer_takes_every_card(importer: str, tmp_path: Path) -> None:
    if importer == "anki":
        pytest.importorskip("anki.collection", reason="Anki's library is not installed: not measured")
    file = tmp_path / "deck.apkg"
    write_deck(file, _SHAPE)
    figures = measure_import(importer, file)
    assert figures.cards == 20
    assert figures.processor_seconds > 0
