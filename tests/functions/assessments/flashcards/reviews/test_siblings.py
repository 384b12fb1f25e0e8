"""Cards of one note are not asked on one day."""

from datetime import timedelta

from functions.assessments.flashcards.cards.adding import add_cards
from functions.assessments.flashcards.cards.models import Flashcard, NewCard
from shared.store import Transaction
from tests.functions.assessments.learners import CARDS, Learner


async def add_note(learner: Learner, cards: int, note: str = "n") -> list[str]:
    """Add cards of one note, as imports make them."""
    services = learner.stack.services
    learner.stack.clock.advance(timedelta(seconds=1))
    now = services.clock.now()
    new = [
        NewCard(course=learner.course, question=f"What is {n}?", answer="This", note=note)
        for n in range(cards)
    ]

    async def work(tx: Transaction) -> list[Flashcard]:
        return await add_cards(tx, user_id=learner.id, cards=new, ids=services.ids, now=now, today=now.date())

    return [card.id for card in await services.store.transact(work)]


async def due(learner: Learner) -> list[str]:
    return [card["id"] for card in await learner.get("due/")]


async def test_one_card_of_a_note_is_due_a_day(learner: Learner) -> None:
    note = set(await add_note(learner, 3))
    alone = (await learner.add())["id"]
    asked = set()
    for _ in range(5):
        (shown,) = set(await due(learner)) - {alone}
        asked.add(shown)
        await learner.review(shown)
        assert await due(learner) == [alone]
        await learner.stack.advance(days=1)
    assert asked == note


async def test_a_sibling_that_is_due_is_put_off_to_the_next_day(learner: Learner) -> None:
    first, second = await add_note(learner, 2)
    await learner.review(first)
    assert (await learner.get(f"{second}/"))["buried_until"] == "2026-03-03"
    forecast = await learner.get("forecast/", days=2)
    assert (forecast["overdue"], [day["due"] for day in forecast["days"]]) == (0, [0, 1])


async def test_siblings_get_different_days_where_the_window_has_them(learner: Learner) -> None:
    pair = await add_note(learner, 2)
    for day in (1, 2):
        for card in pair:
            last = await learner.review(card, reviewed_at=f"2026-03-{day:02}T12:00:00Z")
    days = [(await learner.get(f"{card}/"))["next_review_date"] for card in pair]
    assert last["interval_days"] == 6
    assert days[0] != days[1]


async def test_only_active_cards_of_the_same_note_are_put_off(learner: Learner) -> None:
    first, suspended = await add_note(learner, 2)
    (other,) = await add_note(learner, 1, note="m")
    await learner.post(f"{suspended}/suspend/")
    await learner.review(first)
    for card in (suspended, other):
        assert (await learner.get(f"{card}/"))["buried_until"] is None


async def test_siblings_cost_a_read_and_a_write_each(learner: Learner) -> None:
    first, *_ = await add_note(learner, 3)
    answer = await learner.http.post(f"{CARDS}{first}/review/", json={"quality_response": 4})
    assert answer.headers["X-Store-Cost"] == "reads=7 writes=5 deletes=0 within=yes"


async def test_siblings_of_one_batch_are_kept_apart(learner: Learner) -> None:
    pair = await add_note(learner, 2)
    reviews = [{"flashcard": card, "quality_response": 4, "client_review_id": "a"} for card in pair]
    done = await learner.post("reviews/batch/", {"reviews": reviews})
    assert done["accepted"] == 2
    await learner.stack.advance(days=1)
    assert len(await due(learner)) == 1


async def test_siblings_come_back_with_the_last_answer_of_the_day(learner: Learner) -> None:
    first, second = await add_note(learner, 2)
    await learner.review(first)
    earlier = learner.stack.clock.now() - timedelta(seconds=30)
    await learner.review(first, reviewed_at=earlier.isoformat())
    for until in ("2026-03-03", None):
        await learner.post(f"{first}/undo/")
        assert (await learner.get(f"{second}/"))["buried_until"] == until


async def test_siblings_come_back_after_a_late_answer_of_another_day(learner: Learner) -> None:
    first, second = await add_note(learner, 2)
    await learner.review(first)
    earlier = learner.stack.clock.now() - timedelta(days=2)
    await learner.review(first, reviewed_at=earlier.isoformat())
    await learner.post(f"{first}/undo/")
    assert (await learner.get(f"{second}/"))["buried_until"] is None
