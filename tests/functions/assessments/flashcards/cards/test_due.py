"""The list of due cards, and the number that the statistics tell of it."""

from datetime import timedelta
from typing import Any

from functions.assessments.flashcards.cards.adding import add_cards
from functions.assessments.flashcards.cards.models import Flashcard, NewCard
from functions.assessments.flashcards.cards.store import FLASHCARDS
from shared.identity import SESSIONS
from shared.published.flashcards import ALL, CARD_STATS, STATE, STUDY_STATES
from shared.store import Transaction
from tests.functions.assessments.learners import CARDS, Learner, new_learner
from tests.stack import Stack


async def choose(learner: Learner, **settings: Any) -> None:
    await learner.stack.services.store.merge(STUDY_STATES.doc(STATE, user=learner.id), settings)


async def add_note(learner: Learner, number: int, note: str = "n") -> list[str]:
    services = learner.stack.services
    learner.stack.clock.advance(timedelta(seconds=1))
    now = services.clock.now()
    new = [NewCard(course=learner.course, question=f"Gap {n}?", answer="a", note=note) for n in range(number)]

    async def work(tx: Transaction) -> list[Flashcard]:
        return await add_cards(tx, user_id=learner.id, cards=new, ids=services.ids, now=now, today=now.date())

    return [card.id for card in await services.store.transact(work)]


async def list_due(learner: Learner, **params: Any) -> list[str]:
    """List what is due, and see that the statistics count as many."""
    due = [card["id"] for card in await learner.get("due/", limit=100, **params)]
    assert (await learner.get("stats/", **params))["due_flashcards"] == len(due)
    return due


async def test_new_cards_come_in_their_order_within_the_days_limit(learner: Learner) -> None:
    first = [card["id"] for card in await learner.add_many(15)]
    later = [(await learner.add())["id"] for _ in range(10)]
    assert await list_due(learner) == [*first, *later][:20]
    for card in first[:5]:
        await learner.review(card)
    assert await list_due(learner) == [*first[5:], *later][:15]
    await learner.post(f"{first[0]}/undo/")
    assert await list_due(learner) == [first[0], *first[5:], *later][:16]
    await learner.stack.advance(days=1)
    due = await list_due(learner)
    assert set(due[:4]) == set(first[1:5])
    assert due[4:] == [first[0], *first[5:], *later][:20]


async def test_the_limits_are_settings(learner: Learner) -> None:
    cards = [card["id"] for card in await learner.add_many(8)]
    await choose(learner, new_cards_per_day=0)
    assert await list_due(learner) == []
    await choose(learner, new_cards_per_day=3)
    assert await list_due(learner) == cards[:3]
    late = (learner.stack.clock.now() - timedelta(days=9)).isoformat()
    for card in cards[3:]:
        await learner.review(card, reviewed_at=late)
    await choose(learner, daily_review_limit=2)
    assert len(await list_due(learner)) == 2 + 3
    await learner.review((await list_due(learner))[0])
    assert len(await list_due(learner)) == 1 + 3
    other = await learner.new_course()
    assert await list_due(learner, course=other) == []
    assert len(await list_due(learner, course=learner.course)) == 1 + 3


async def test_a_forgotten_card_comes_again_today_and_keeps_its_interval(learner: Learner) -> None:
    card, other = [card["id"] for card in await learner.add_many(2)]
    done = await learner.review(card, 1)
    assert (done["interval_days"], done["next_review_date"]) == (1, "2026-03-02T00:00:00.000Z")
    assert await list_due(learner) == [other, card]
    await choose(learner, daily_review_limit=1, new_cards_per_day=0)
    assert await list_due(learner) == [card], "beside the limits"
    done = await learner.review(card, 4)
    assert (done["interval_days"], done["next_review_date"]) == (1, "2026-03-03T00:00:00.000Z")
    assert await list_due(learner) == []


async def test_who_does_not_want_it_sees_a_forgotten_card_tomorrow(learner: Learner) -> None:
    await choose(learner, relearn_today=False)
    card = (await learner.add())["id"]
    assert (await learner.review(card, 1))["next_review_date"] == "2026-03-03T00:00:00.000Z"
    assert await list_due(learner) == []
    await learner.stack.advance(days=1)
    assert await list_due(learner) == [card]


async def test_a_note_with_many_due_cards_hides_no_others(learner: Learner) -> None:
    note = await add_note(learner, 250)
    alone = (await learner.add())["id"]
    assert await list_due(learner) == [note[0], alone]
    assert [card["id"] for card in await learner.get("due/", limit=2)] == [note[0], alone]


async def test_siblings_take_turns_when_one_is_put_away_or_deleted(learner: Learner) -> None:
    first, second, third = await add_note(learner, 3)
    assert await list_due(learner) == [first]
    await learner.post(f"{first}/suspend/")
    assert await list_due(learner) == [second]
    assert (await learner.http.delete(f"{CARDS}{second}/")).status_code == 204
    assert await list_due(learner) == [third]
    await learner.post(f"{third}/bury/")
    assert await list_due(learner) == []
    await learner.post(f"{first}/unsuspend/")
    assert await list_due(learner) == [first]


async def test_an_undo_gives_back_the_siblings_unless_another_was_answered_since(learner: Learner) -> None:
    first, second, third = await add_note(learner, 3)
    before = [await learner.get(f"{card}/") for card in (first, second, third)]
    await learner.review(first)
    await learner.post(f"{first}/undo/")
    assert [await learner.get(f"{card}/") for card in (first, second, third)] == before
    await learner.review(first)
    await learner.review(second)
    await learner.post(f"{first}/undo/")
    assert (await learner.get(f"{third}/"))["buried_until"] == "2026-03-03"


async def test_a_new_card_is_due_at_once_wherever_its_user_travels(stack: Stack) -> None:
    zones = ("Pacific/Auckland", "America/Los_Angeles", "Pacific/Apia", "Pacific/Pago_Pago", "Europe/Berlin")
    learner = await new_learner(stack, timezone=zones[0])
    card = (await learner.add())["id"]
    (session,) = await stack.services.store.find(SESSIONS.query(user=learner.id))
    for zone in zones:
        await stack.services.store.merge(SESSIONS.doc(session.id, user=learner.id), {"timezone": zone})
        assert await list_due(learner) == [card], zone


async def test_cards_of_an_earlier_version_are_placed_beside_the_service(learner: Learner) -> None:
    note = await add_note(learner, 2)
    cards = [*note, *(card["id"] for card in await learner.add_many(120))]
    await learner.review(cards[-1])
    store = learner.stack.services.store
    nowhere = {"placed": False, "queue": None, "asked_on": None, "asked_until": None}
    for card in cards:
        await store.merge(FLASHCARDS.doc(card, user=learner.id), nowhere)
    names = ("placed", "new", "asked", "relearning", "new_from", "new_until")
    for name in (ALL, learner.course):
        ref = CARD_STATS.doc(name, user=learner.id)
        stats = await store.get(ref)
        assert stats is not None
        blank = {each: type(getattr(stats, each))() for each in names}
        await store.put(ref, stats.model_copy(update={**blank, "deferred": {}}))
    assert len(await learner.get("due/", limit=100)) == 100, "as before, without a limit for new cards"
    await learner.stack.drain()
    due = await list_due(learner)
    assert (due[0], len(due)) == (note[0], 19)
    assert note[1] not in due
