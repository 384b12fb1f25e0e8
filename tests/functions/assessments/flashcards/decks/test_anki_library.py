"""Anki's own library opens what we write, and what it writes is read by us."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.clock import SystemClock
from tests.functions.assessments.flashcards.decks.anki_decks import (
    export_package,
    import_package,
    open_anki,
)
from tests.functions.assessments.flashcards.decks.files import PNG, Decks, past, said
from tests.functions.assessments.learners import new_learner

pytest.importorskip("anki.collection", reason="Anki's library is not installed: not opened by it")


def _now(decks: Decks) -> None:
    """Anki has the machine's clock; what it says was answered must not lie in our future."""
    decks.learner.stack.clock.set(SystemClock().now() + timedelta(minutes=1))


def _add(collection: Any, kind: str, deck: str, *fields: str, tags: tuple[str, ...] = ()) -> None:
    note = collection.new_note(collection.models.by_name(kind))
    note.fields[: len(fields)] = fields
    note.tags = list(tags)
    collection.add_note(note, collection.decks.id(deck))


def _study(collection: Any) -> None:
    """Each card that is asked, once: good, easy, again, hard."""
    collection.decks.select(collection.decks.id("Animals"))
    for rating in (2, 3, 0, 1):
        (queued,) = collection.sched.get_queued_cards(fetch_limit=1).cards
        card = collection.get_card(queued.card.id)
        card.start_timer()
        answer = collection.sched.build_answer(card=card, states=queued.states, rating=rating)
        collection.sched.answer_card(answer)


@pytest.mark.parametrize("legacy", [True, False])
async def test_what_anki_writes_is_read(decks: Decks, tmp_path: Path, *, legacy: bool) -> None:
    with open_anki(tmp_path, "theirs") as theirs:
        _add(theirs, "Basic", "Animals::Dogs", "<b>dog</b>", 'Hund <img src="d.png">', tags=("pets", "a::b"))
        _add(theirs, "Basic (and reversed card)", "Animals", "cat", "Katze")
        _add(theirs, "Basic (type in the answer)", "Animals", "cow", "Kuh")
        _add(theirs, "Cloze", "Animals", "The {{c1::owl::bird}} is {{c2::wise}}", "Proverb")
        (tmp_path / "theirs.media" / "d.png").write_bytes(PNG)
        _study(theirs)
        answered = theirs.db.scalar("SELECT count(*) FROM revlog")
        content = export_package(theirs, tmp_path / "theirs.apkg", legacy=legacy)
    _now(decks)
    done = await decks.bring(content)
    assert (done["imported"], done["failed"], done["media"], done["reviews"]) == (6, 0, 1, answered)
    assert answered == 4
    assert [(card.question, card.answer) for card in await decks.cards()] == [
        ("**dog**", "Hund ![](d.png)"),
        ("Katze", "cat"),
        ("The owl is {{c2::wise}}", "wise\nProverb"),
        ("The {{c1::owl::bird}} is wise", "owl\nProverb"),
        ("cat", "Katze"),
        ("cow", "Kuh"),
    ]
    assert (await decks.bring(content))["imported"] == 0


async def test_anki_opens_what_we_write(decks: Decks, tmp_path: Path) -> None:
    learner = decks.learner
    await learner.add(question="1 < 2 & 3?", answer="yes\n  of course", explanation="why", tags=["a b"])
    await learner.add(question="{{c2::sun}} shines", answer="sun", card_type="cloze")
    reviewed = await learner.add(question="Who?", answer="Me")
    for quality in (4, 2, 5):
        learner.stack.clock.advance(timedelta(days=3))
        await learner.review(reviewed["id"], quality, response_time_seconds=2.5)
    suspended = await learner.add(question="Not now", answer="-")
    await learner.post(f"{suspended['id']}/suspend/")
    (tmp_path / "ours.apkg").write_bytes(await decks.take())
    with open_anki(tmp_path, "anki") as theirs:
        log = import_package(theirs, tmp_path / "ours.apkg")
        assert (len(log.new), len(log.conflicting), len(log.missing_notetype)) == (4, 0, 0)
        fields = sorted(row[0].split("\x1f")[:2] for row in theirs.db.all("SELECT flds FROM notes"))
        assert fields == [
            ["1 &lt; 2 &amp; 3?", "yes<br>&nbsp; of course"],
            ["Not now", "-"],
            ["Who?", "Me"],
            ["{{c2::sun}} shines", "sun"],
        ]
        assert theirs.decks.by_name("Biology")
        found = theirs.get_card(theirs.find_cards("Who")[0])
        assert (found.type, found.queue, found.reps, found.lapses, found.ivl) == (2, 2, 3, 1, 6 - 5)
        log_rows = theirs.db.all("SELECT ease, time FROM revlog ORDER BY id")
        assert log_rows == [[3, 2500], [1, 2500], [4, 2500]]
        assert "yes" in theirs.get_card(theirs.find_cards("course")[0]).answer()
        assert theirs.find_cards("is:suspended") == theirs.find_cards("Not")
        report, is_sound = theirs.fix_integrity()
        assert is_sound, report
        back = export_package(theirs, tmp_path / "back.apkg")
        assert not import_package(theirs, tmp_path / "ours.apkg").new
    assert (await decks.bring(back))["imported"] == 0
    other = Decks(await new_learner(learner.stack))
    assert (await other.bring(back))["imported"] == 4
    for mine, other_card in zip(await decks.cards(), await other.cards(), strict=True):
        kept = ("question", "answer", "explanation", "card_type", "status")
        assert [getattr(other_card, name) for name in kept] == [getattr(mine, name) for name in kept]
        assert other_card.schedule.interval_days == mine.schedule.interval_days


async def test_an_anki_deck_comes_back_to_anki_as_it_was(decks: Decks, tmp_path: Path) -> None:
    with open_anki(tmp_path, "theirs") as theirs:
        _add(theirs, "Basic", "Animals::Dogs", "<b>dog</b>", 'Hund <img src="d.png">', tags=("pets",))
        _add(theirs, "Cloze", "Animals", "The {{c1::owl}} is {{c2::wise}}", "Proverb")
        _add(theirs, "Basic (and reversed card)", "Animals", "cat", "Katze")
        (tmp_path / "theirs.media" / "d.png").write_bytes(PNG)
        _study(theirs)
        content = export_package(theirs, tmp_path / "theirs.apkg")
        _now(decks)
        await decks.bring(content)
        (tmp_path / "ours.apkg").write_bytes(await decks.take())
        log = import_package(theirs, tmp_path / "ours.apkg")
        assert (len(log.new), len(log.duplicate) + len(log.updated)) == (0, 3)
        notes = theirs.db.all("SELECT guid, tags, flds FROM notes ORDER BY guid")
    with open_anki(tmp_path, "fresh") as fresh:
        import_package(fresh, tmp_path / "ours.apkg")
        assert fresh.db.all("SELECT guid, tags, flds FROM notes ORDER BY guid") == notes
        assert fresh.db.scalar("SELECT count(*) FROM cards") == 5
        assert fresh.db.scalar("SELECT count(*) FROM revlog") == 4
        assert fresh.decks.by_name("Animals::Dogs")
        assert (tmp_path / "fresh.media" / "d.png").read_bytes() == PNG
    other = Decks(await new_learner(decks.learner.stack))
    await other.bring((tmp_path / "ours.apkg").read_bytes())
    mine, theirs_now = await decks.cards(), await other.cards()
    assert [said(card) for card in theirs_now] == [said(card) for card in mine]
    assert [[past(each) for each in await other.reviews(card)] for card in theirs_now] == [
        [past(each) for each in await decks.reviews(card)] for card in mine
    ]
