"""Decks that go from Anki to us and back: Anki's library compares them field by field.

What changes is listed in docs/decks.md. The measure is what Anki itself makes of its own package.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.clock import SystemClock
from tests.functions.assessments.flashcards.decks.anki_decks import (
    DECKS,
    describe,
    export_package,
    import_package,
    open_anki,
)
from tests.functions.assessments.flashcards.decks.files import Decks

pytest.importorskip("anki.collection", reason="Anki's library is not installed: nothing to compare with")

_LEARNING = (1, 3)
_OF_LEARNING = ("type", "queue", "due in days", "interval", "factor", "lapses")


def _apply_documented_changes(deck: dict[str, Any], *, failed: int) -> dict[str, Any]:
    """Return the deck without what our scheduling has no place for."""
    one_sided = {guid for guid, each in deck["notes"].items() if failed and not all(each["fields"][:2])}
    in_learning = {name for name, each in deck["cards"].items() if each["type"] in _LEARNING}
    return {
        **deck,
        "notes": {guid: each for guid, each in deck["notes"].items() if guid not in one_sided},
        "cards": {
            name: {
                field: value
                for field, value in each.items()
                if field != "filtered" and not (name in in_learning and field in _OF_LEARNING)
            }
            for name, each in deck["cards"].items()
            if name[0] not in one_sided
        },
        "order": [name for name in deck["order"] if name[0] not in one_sided],
        # The card, the instant, the button, the interval if it is in days, and the time that it took.
        "answers": [
            (*each[:4], max(each[4], 1), each[7]) for each in deck["answers"] if each[3]
        ],
    }  # fmt: skip


@pytest.mark.parametrize("name", DECKS)
async def test_anki_gets_back_what_it_gave(decks: Decks, tmp_path: Path, name: str) -> None:
    with open_anki(tmp_path, "theirs") as theirs:
        DECKS[name](theirs, tmp_path / "theirs.media")
        content = export_package(theirs, tmp_path / "theirs.apkg")
    # Anki has the machine's clock; what it says was answered must not lie in our future.
    decks.learner.stack.clock.set(SystemClock().now() + timedelta(minutes=1))
    done = await decks.bring(content)
    (tmp_path / "ours.apkg").write_bytes(await decks.take())
    described = []
    for file in ("theirs", "ours"):
        with open_anki(tmp_path, f"from {file}") as fresh:
            import_package(fresh, tmp_path / f"{file}.apkg")
            report, is_sound = fresh.fix_integrity()
            assert is_sound, report
            described.append(describe(fresh, tmp_path, f"from {file}"))
    before, after = described
    failed = done["failed"]
    learning = [name for name, each in before["cards"].items() if each["type"] in _LEARNING]
    expected = _apply_documented_changes(before, failed=failed)
    found = _apply_documented_changes(after, failed=failed)
    for card in learning:
        found["cards"][card] = {
            field: value for field, value in found["cards"][card].items() if field not in _OF_LEARNING
        }
    assert found == expected
    assert failed == (name == "empty fields")


async def test_a_card_in_learning_is_due_the_next_day(decks: Decks, tmp_path: Path) -> None:
    with open_anki(tmp_path, "theirs") as theirs:
        DECKS["reviewed"](theirs, tmp_path / "theirs.media")
        content = export_package(theirs, tmp_path / "theirs.apkg")
    decks.learner.stack.clock.set(SystemClock().now() + timedelta(minutes=1))
    await decks.bring(content)
    (tmp_path / "ours.apkg").write_bytes(await decks.take())
    with open_anki(tmp_path, "fresh") as fresh:
        import_package(fresh, tmp_path / "ours.apkg")
        cards = describe(fresh, tmp_path, "fresh")["cards"].values()
    assert {each["type"] for each in cards} == {2}
    assert min(each["interval"] for each in cards) == 1
