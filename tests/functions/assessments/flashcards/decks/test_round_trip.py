"""An export that is imported again is the same: into another course, by another user, or into its own."""

import io
import json
import sqlite3
import tempfile
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from functions.assessments.flashcards.decks.importing import DeckImporter
from functions.assessments.flashcards.reviews.service import undo_latest_review
from tests.functions.assessments.flashcards.decks.files import (
    CREATED,
    PNG,
    Decks,
    answered,
    card,
    collection,
    note,
    package,
    past,
    said,
)
from tests.functions.assessments.learners import CARDS, new_learner

KINDS = ("apkg", "csv", "json")


async def _filled(decks: Decks) -> None:
    """Cards of the learner's own, and cards that came from Anki."""
    learner = decks.learner
    await learner.add(question="What?", answer="=This & <that>\n  two  blanks", tags=["a b", "c"])
    await learner.add(question="{{c1::sun}} and {{c2::moon}}", answer="sun", card_type="cloze", tags=["x;y"])
    reviewed = await learner.add(
        question="Ümläut 日本", answer="a", explanation="why", concept="C", difficulty_level="hard"
    )
    for quality in (4, 2, 5):
        learner.stack.clock.advance(timedelta(days=1))
        await learner.review(
            reviewed["id"], quality, user_answer="mine", notes="n", response_time_seconds=3.5
        )
    archived = await learner.add(question="Old", answer="b")
    await learner.post(f"{archived['id']}/archive/")
    buried = await learner.add(question="Later", answer="c")
    await learner.post(f"{buried['id']}/bury/")
    log = [answered(CREATED + 86_400 * day, 1, ivl=day) for day in (1, 3, 9)]
    cards = [card(1, 1, type=2, queue=2, due=30, ivl=9, did=7, data='{"s":9.5,"d":5.5}'), card(2, 1, side=1)]
    notes = [
        note(1, "dog <img src='d.png'>", "<i>Hund</i>", tags=" t1 t2 "),
        note(2, "{{c1::a}} b", "", kind=2),
    ]
    await decks.bring(package(collection(notes, [*cards, card(3, 2)], log), media={"d.png": PNG}))


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_is_lost_on_the_way_to_another_user(decks: Decks, kind: str) -> None:
    await _filled(decks)
    other = Decks(await new_learner(decks.learner.stack))
    done = await other.bring(await decks.take(kind), f"cards.{kind}")
    mine, theirs = await decks.cards(), await other.cards()
    assert (done["imported"], done["failed"], len(mine)) == (8, 0, 8)
    assert [said(each) for each in theirs] == [said(each) for each in mine]
    assert len({each.note for each in theirs}) == len({each.note for each in mine})
    for one, another in zip(mine, theirs, strict=True):
        assert [past(each) for each in await other.reviews(another)] == [
            past(each) for each in await decks.reviews(one)
        ]
    assert done["media"] == (kind == "apkg")
    again = await other.take(kind)
    assert (await other.bring(again, f"cards.{kind}"))["imported"] == 0


@pytest.mark.parametrize("kind", KINDS)
async def test_what_comes_home_is_known(decks: Decks, kind: str) -> None:
    await _filled(decks)
    before = await decks.cards()
    done = await decks.bring(await decks.take(kind), f"cards.{kind}")
    assert (done["imported"], done["updated"], done["skipped"], done["failed"]) == (0, 0, 8, 0)
    assert await decks.cards() == before
    elsewhere = await decks.learner.new_course()
    content = await decks.take(kind)
    assert (await decks.bring(content, f"cards.{kind}", course=elsewhere))["imported"] == 8
    assert (await decks.bring(content, f"cards.{kind}", course=elsewhere))["imported"] == 0


async def test_anki_gets_back_the_notes_that_it_gave(decks: Decks) -> None:
    await _filled(decks)
    content = await decks.take()
    by_guid = {row[0]: row for row in _read(content, "SELECT guid, flds, tags, mod FROM notes")}
    assert by_guid["guid-1"] == ("guid-1", "dog <img src='d.png'>\x1f<i>Hund</i>", " t1 t2 ", 1_700_000_000)
    ((models, named),) = _read(content, "SELECT models, decks FROM col")
    types = {each["name"]: [field["name"] for field in each["flds"]] for each in json.loads(models).values()}
    assert types["Basic"] == ["Front", "Back"]
    names = {each["name"] for each in json.loads(named).values()}
    assert names == {"Default", "Biology", "Animals", "Animals::Dogs"}


async def test_a_card_that_was_changed_is_exported_as_it_is_now(decks: Decks) -> None:
    await decks.bring(package(collection([note(1, "dog", "Hund")], [card(1, 1), card(2, 1, side=1)])))
    dog = next(each for each in await decks.cards() if each.question == "dog")
    await decks.learner.http.patch(f"/api/v1/assessments/flashcards/{dog.id}/", json={"answer": "Köter"})
    rows = _read(await decks.take(), "SELECT flds FROM notes ORDER BY flds")
    assert [row[0].split("\x1f")[:2] for row in rows] == [["dog", "Hund"], ["dog", "Köter"]]


async def test_a_review_taken_back_is_no_part_of_an_export(decks: Decks) -> None:
    made = await decks.learner.add()
    await decks.learner.review(made["id"])
    await undo_latest_review(decks.learner.stack.services, user_id=decks.learner.id, card_id=made["id"])
    (item,) = json.loads(await decks.take("json"))
    assert "reviews" not in item


async def test_an_import_that_broke_off_goes_on_where_it_was(
    decks: Decks, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = [note(number, f"q{number:03}", "a") for number in range(1, 401)]
    content = package(collection(notes, [card(number, number) for number in range(1, 401)]))
    answer = await decks.send(content, Prefer="respond-async")
    keep, calls = DeckImporter._save_batch, 0

    async def breaking(self: DeckImporter, tx: Any, progress: Any, batch: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise RuntimeError("the process went away")
        return await keep(self, tx, progress, batch)

    monkeypatch.setattr(DeckImporter, "_save_batch", breaking)
    await decks.learner.stack.advance(minutes=5)
    job = (await decks.learner.http.get(answer.json()["status_url"])).json()
    assert (job["status"], job["result"]["imported"], job["result"]["skipped"]) == ("completed", 400, 0)
    assert len(await decks.cards()) == 400


def _read(content: bytes, query: str) -> list[Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive, tempfile.NamedTemporaryFile() as file:
        file.write(archive.read("collection.anki2"))
        file.flush()
        db = sqlite3.connect(file.name)
        rows = db.execute(query).fetchall()
        db.close()
        return rows


@pytest.mark.parametrize("kind", KINDS)
async def test_new_cards_keep_their_order_beside_a_reviewed_sibling(decks: Decks, kind: str) -> None:
    learner = decks.learner
    await learner.add_many(2)
    await decks.bring(package(collection([note(1, "dog", "Hund")], [card(1, 1), card(2, 1, side=1)])))
    reviewed = next(each for each in await decks.cards() if each.question == "dog")
    await learner.review(reviewed.id)
    other = await learner.new_course()
    await decks.bring(await decks.take(kind), f"deck.{kind}", course=other)
    listed = reversed(await learner.listed(course=other))
    new = [each["question"] for each in listed if not each["total_reviews"]]
    assert new == ["What is 0?", "What is 1?", "Hund"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_card_whose_text_was_changed_stays_a_sibling(decks: Decks, kind: str) -> None:
    await decks.bring(package(collection([note(1, "dog", "Hund")], [card(1, 1), card(2, 1, side=1)])))
    dog, _ = await decks.cards()
    await decks.learner.http.patch(f"{CARDS}{dog.id}/", json={"question": "which animal?"})
    other = await decks.learner.new_course()
    await decks.bring(await decks.take(kind), f"deck.{kind}", course=other)
    assert len(await decks.learner.get("due/", course=other)) == 1
