"""Anki packages as they come in: what becomes cards, where they stand, and what a second time does."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from functions.assessments.flashcards.decks.models import MEDIA, NOTE_TYPES, NOTES
from functions.assessments.flashcards.decks.note_types import check_type
from shared.published.flashcards import ALL, CARD_STATS
from tests.functions.assessments.flashcards.decks.files import (
    BASIC,
    CREATED,
    PNG,
    Decks,
    answered,
    card,
    collection,
    note,
    package,
)
from tests.functions.assessments.learners import CARDS

_DAY = 86_400


async def test_a_note_becomes_a_card_for_each_template_and_gap(decks: Decks) -> None:
    notes = [
        note(1, "<b>dog</b><br>one &amp; two", "Hund", tags=" animals zoo::pets "),
        note(2, "The {{c1::sun::star}} is {{c2::hot}}", "Astronomy", kind=2),
    ]
    cards = [card(1, 1), card(2, 1, side=1), card(3, 2, did=7, flags=3), card(4, 2, side=1)]
    done = await decks.bring(package(collection(notes, cards)))
    assert (done["imported"], done["skipped"], done["errors"]) == (4, 0, [])
    found = {each.question: each for each in await decks.cards()}
    assert {question: (each.answer, each.card_type) for question, each in found.items()} == {
        "**dog**\none & two": ("Hund", "basic"),
        "Hund": ("**dog**\none & two", "reversed"),
        "The {{c1::sun::star}} is hot": ("sun\nAstronomy", "cloze"),
        "The sun is {{c2::hot}}": ("hot\nAstronomy", "cloze"),
    }
    dog, hund = found["**dog**\none & two"], found["Hund"]
    assert (dog.tags, dog.source, dog.due_on) == (("animals", "zoo::pets"), "import", date(2026, 3, 2))
    assert dog.note == hund.note != found["The sun is {{c2::hot}}"].note
    store = decks.learner.stack.services.store
    kept = await store.get(NOTES.doc(dog.note or "", user=decks.learner.id))
    assert kept is not None
    assert (kept.guid, kept.fields[0], len(kept.cards)) == ("guid-1", "<b>dog</b><br>one &amp; two", 2)
    assert len(await store.find(NOTE_TYPES.query(user=decks.learner.id))) == 2


async def test_scheduling_and_reviews_come_along(decks: Decks) -> None:
    first, second, third = (CREATED + days * _DAY for days in (10, 11, 17))
    log = [
        answered(first, 1, 1, ivl=-600), answered(second, 1, 3, ivl=6),
        answered(third, 1, 4, ivl=90, factor=2650, time=7500),
        answered(third + 5, 1, 0, ivl=90),  # set by hand: no answer
    ]  # fmt: skip
    cards = [
        card(
            1, 1, type=2, queue=2, due=107, ivl=90, factor=2650, reps=3, lapses=1, data='{"s":81.5,"d":4.25}'
        ),
        card(2, 2, type=2, queue=-1, due=20, ivl=10, factor=2300, reps=5, lapses=2),
        card(3, 3, type=1, queue=1, due=CREATED + 30 * _DAY, ivl=0, factor=0, reps=1),
        card(4, 4, type=2, queue=-3, due=60, ivl=10, factor=2500, reps=1),
        card(5, 5, type=2, queue=2, due=3, ivl=8, factor=450, reps=2, odue=64, odid=7, did=9),
    ]
    notes = [note(number, f"q{number}", "a") for number in range(1, 6)]
    await decks.bring(package(collection(notes, cards, log)))
    known, suspended, learning, buried, filtered = await decks.cards()
    schedule = known.schedule
    assert (schedule.interval_days, schedule.ease_factor, schedule.repetitions) == (90, 2.65, 2)
    assert (schedule.stability, schedule.difficulty) == (81.5, 4.25)
    assert (schedule.total_reviews, schedule.successes, schedule.lapses) == (3, 2, 1)
    assert known.due_on == date(2026, 1, 1) + timedelta(days=107)
    assert known.mastery == "mastered"
    reviews = await decks.reviews(known)
    assert [review.quality for review in reviews] == [1, 4, 5]
    assert [review.after.interval_days for review in reviews] == [1, 6, 90]
    assert reviews[-1].reviewed_at == datetime.fromtimestamp(third, UTC)
    assert (reviews[-1].response_time_seconds, reviews[-1].after.ease_factor) == (7.5, 2.65)
    assert schedule.last_review == reviews[-1].id
    assert (suspended.status, suspended.schedule.total_reviews) == ("suspended", 5)
    assert (learning.schedule.interval_days, learning.due_on) == (1, date(2026, 1, 31))
    assert buried.buried_until == date(2026, 3, 3)
    assert (filtered.due_on, filtered.schedule.ease_factor) == (date(2026, 3, 6), 2.5)
    stats = await decks.learner.stack.services.store.get(CARD_STATS.doc(ALL, user=decks.learner.id))
    assert stats is not None
    assert (stats.total, stats.active, stats.reviews) == (5, 4, 3 + 5 + 1 + 1 + 2)


async def test_a_second_import_adds_nothing_and_a_newer_file_what_is_new(decks: Decks) -> None:
    log = [answered(CREATED + _DAY, 1)]
    content = package(collection([note(1, "q1", "a")], [card(1, 1, type=2, queue=2, due=5, ivl=4)], log))
    await decks.bring(content)
    before = await decks.cards(), await decks.reviews((await decks.cards())[0])
    done = await decks.bring(content)
    assert (done["imported"], done["skipped"], done["reviews"]) == (0, 1, 0)
    assert (await decks.cards(), await decks.reviews(before[0][0])) == before
    newer = [*log, answered(CREATED + 5 * _DAY, 1, ivl=11)]
    cards = [card(1, 1, type=2, queue=2, due=16, ivl=11), card(2, 2)]
    done = await decks.bring(package(collection([note(1, "changed", "a"), note(2, "q2", "a")], cards, newer)))
    assert (done["imported"], done["skipped"], done["updated"], done["reviews"]) == (1, 1, 1, 1)
    old, new = await decks.cards()
    assert (old.question, old.schedule.interval_days, old.schedule.total_reviews) == ("q1", 11, 2)
    assert new.question == "q2"
    listed = await decks.learner.get(f"{old.id}/reviews/")
    assert (listed["count"], len(listed["results"])) == (2, 2)


async def test_imported_cards_go_on_being_reviewed(decks: Decks) -> None:
    log = [answered(CREATED + _DAY, 1), answered(CREATED + 7 * _DAY, 1, ivl=15)]
    cards = [card(1, 1, type=2, queue=2, due=22, ivl=15, factor=2500, reps=2)]
    await decks.bring(package(collection([note(1, "q", "a")], cards, log)))
    (found,) = await decks.cards()
    done = await decks.learner.review(found.id, 4)
    assert (done["total_reviews"], done["interval_days"]) == (3, 38)
    back = await decks.learner.post(f"{found.id}/undo/")
    assert (back["interval_days"], back["total_reviews"]) == (15, 2)


async def test_media_are_kept_once_and_what_may_act_is_left_out(decks: Decks) -> None:
    files = {"dog.png": PNG, "evil.html": b"<script>", "../up.png": PNG}
    notes = [note(1, 'A <img src="dog.png"> and [sound:x.mp3]', "a")]
    content = package(collection(notes, [card(1, 1)]), media=files)
    done = await decks.bring(content)
    assert (done["imported"], done["media"], done["failed"]) == (1, 1, 2)
    assert [error["row"] for error in done["errors"]] == [0, 0]
    assert (await decks.cards())[0].question == "A ![](dog.png) and [sound:x.mp3]"
    services = decks.learner.stack.services
    (kept,) = await services.store.find(MEDIA.query(user=decks.learner.id))
    folder = f"users/{decks.learner.id}/media/{decks.learner.course}/"
    assert await services.objects.get(f"{folder}{kept.sha256}") == PNG
    assert (await decks.bring(content))["media"] == 0
    (shown,) = await decks.learner.get(f"{(await decks.cards())[0].id}/media/")
    assert (shown["name"], shown["content_type"], shown["size_bytes"]) == ("dog.png", "image/png", len(PNG))
    fetched = await decks.learner.stack.http.get(shown["url"])
    assert (fetched.content, fetched.headers["Content-Disposition"][:10]) == (PNG, "attachment")
    await decks.learner.delete_course(decks.learner.course)
    await decks.learner.stack.drain()
    assert not await services.store.find(MEDIA.query(user=decks.learner.id))
    assert not await services.store.find(NOTES.query(user=decks.learner.id))
    assert not [info async for info in services.objects.list(folder)]


async def test_a_note_that_cannot_be_taken_is_named_and_holds_up_nothing(decks: Decks) -> None:
    notes = [
        note(1, "", "a"), note(2, "q", ""), note(3, "q" * 6000, "a"), note(4, "q", "a", kind=99),
        note(5, "<img src=a.png>", "{{c1::image-occlusion:rect:left=.1}}", kind=2), note(6, "q", "a"),
    ]  # fmt: skip
    cards = [card(number, number) for number in range(1, 7)]
    done = await decks.bring(package(collection(notes, [*cards, card(9, 6, side=5)])))
    assert done["imported"] == 1
    assert [(error["row"], error["error"]) for error in done["errors"]] == [
        (1, "There is no question"),
        (2, "There is no answer"),
        (3, "The question has more than 5,000 characters"),
        (4, "The note type is missing in the file"),
        (5, "The image occlusion has no picture, or no shapes for this card"),
        (6, "The card template is missing in the file"),
    ]


def test_a_note_type_keeps_the_id_that_earlier_versions_gave_it() -> None:
    known = check_type(BASIC)
    assert known.id == "1-3f3fb6f07c3f"
    assert check_type(BASIC.model_copy(update={"stock_kind": 6})).id != known.id


@pytest.mark.slow
async def test_the_same_deck_twice_at_once_is_kept_once(decks: Decks) -> None:
    notes = [note(number, f"q{number}", "a") for number in range(1, 301)]
    log = [answered(CREATED + _DAY + number, number) for number in range(1, 301)]
    cards = [card(number, number, type=2, queue=2, due=5, ivl=4) for number in range(1, 301)]
    content = package(collection(notes, cards, log))
    done = await asyncio.gather(*(decks.bring(content) for _ in range(3)))
    assert sum(each["imported"] for each in done) == sum(each["reviews"] for each in done) == 300
    assert sum(each["skipped"] for each in done) == 600
    stats = await decks.learner.stack.services.store.get(CARD_STATS.doc(ALL, user=decks.learner.id))
    assert stats is not None
    assert (stats.total, stats.reviews, stats.due) == (300, 300, {"2026-01-06": 300})


async def test_a_card_that_was_deleted_and_imported_again_at_once_keeps_its_reviews(decks: Decks) -> None:
    cards = [card(1, 1, type=2, queue=2, due=5, ivl=4)]
    content = package(collection([note(1, "q", "a")], cards, [answered(CREATED + _DAY, 1)]))
    await decks.bring(content)
    (first,) = await decks.cards()
    assert (await decks.learner.http.delete(f"{CARDS}{first.id}/")).status_code == 204
    await decks.bring(content)
    await decks.learner.stack.drain()
    (again,) = await decks.cards()
    assert (again.schedule.total_reviews, len(await decks.reviews(again))) == (1, 1)


async def test_imported_reviews_are_no_activity(decks: Decks) -> None:
    cards = [card(1, 1, type=2, queue=2, due=5, ivl=4)]
    log = [answered(int(decks.learner.stack.clock.now().timestamp()) - 60, 1)]
    await decks.bring(package(collection([note(1, "q", "a")], cards, log)))
    await decks.learner.stack.drain()
    rows = [
        path
        async for path, _ in decks.learner.stack.services.store.stream_subtree(f"users/{decks.learner.id}")
    ]
    kinds = {path.split("/")[2] for path in rows}
    assert "reviews" in kinds
    assert not {kind for kind in kinds if kind.startswith(("activity", "days", "streak"))}


async def test_a_job_imports_in_the_background(decks: Decks) -> None:
    content = package(collection([note(1, "q", "a"), note(2, "", "a")], [card(1, 1), card(2, 2)]))
    answer = await decks.send(content, Prefer="respond-async")
    assert answer.status_code == 202
    await decks.learner.stack.drain()
    job = (await decks.learner.http.get(answer.json()["status_url"])).json()
    assert (job["status"], job["progress_percentage"]) == ("completed", 100)
    assert (job["result"]["imported"], job["result"]["failed"]) == (1, 1)
    services = decks.learner.stack.services
    assert not [info async for info in services.objects.list(f"uploads/users/{decks.learner.id}/")]


async def test_a_broken_file_fails_its_job_and_leaves_nothing_behind(decks: Decks) -> None:
    answer = await decks.send(b"PK\x03\x04 and no more", Prefer="respond-async")
    await decks.learner.stack.drain()
    job = (await decks.learner.http.get(answer.json()["status_url"])).json()
    assert job["status"] == "failed"
    services = decks.learner.stack.services
    assert not [info async for info in services.objects.list(f"uploads/users/{decks.learner.id}/")]


async def test_a_course_of_somebody_else_is_not_there(decks: Decks) -> None:
    answer = await decks.send(package(collection([], [])), course=decks.learner.stack.services.ids.new())
    assert answer.status_code == 404
    params = {"course": "nowhere"}
    assert (await decks.learner.http.get(f"{CARDS}export/", params=params)).status_code == 404


async def test_undoing_imported_history_takes_no_activity_away(decks: Decks) -> None:
    log = [answered(CREATED + 86_400 * day, 1, ivl=day) for day in (1, 3)]
    cards = [card(1, 1, type=2, queue=2, due=30, ivl=3)]
    await decks.bring(package(collection([note(1, "dog", "Hund")], cards, log)))
    learner = decks.learner
    ((made,),) = [[each.id for each in await decks.cards()]]
    await learner.review(made)
    stats_ref = CARD_STATS.doc(ALL, user=learner.id)
    for _ in range(3):
        await learner.post(f"{made}/undo/")
    stats = await learner.stack.services.store.get(stats_ref)
    assert stats is not None
    assert (stats.reviews, {day: sums.reviews for day, sums in stats.pending.days.items()}) == (
        0,
        {"2026-03-02": 0},
    )
