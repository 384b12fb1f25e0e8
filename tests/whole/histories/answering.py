"""Answers to cards: at once, late, in batches, again; and undoing them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.whole.histories.comparison import differ, find_due_day, show
from tests.whole.histories.model import Card
from tests.whole.histories.operations import pick, travel
from tests.whole.histories.places import Surroundings, find_misplacement, measure_window
from tests.whole.histories.schedulers import Answer
from tests.whole.histories.student import CARDS, Session, require

_GRADES = (0, 1, 2, 3, 4, 4, 4, 5)
_EASY = {5: "easy", 4: "medium", 3: "hard"}


def think(session: Session, *, late: bool = False, quality: int | None = None) -> Answer:
    """Return an answer given now, or within the last two weeks."""
    chance, settings = session.chance, session.model.settings
    at = session.now
    if late:
        at -= timedelta(seconds=chance.choice((-200, 60, 3600, chance.randrange(1, 14 * 86_400))))
    return Answer(
        quality=chance.choice(_GRADES) if quality is None else quality,
        at=at,
        day=session.model.to_day(at),
        scheduler=settings.scheduler,
        retention=settings.retention,
        seconds=float(chance.randrange(60)),
        client_id=session.coin(),
    )


def write(answer: Answer) -> dict[str, Any]:
    """Return the request body of an answer that was given at its time."""
    return {
        "quality_response": answer.quality,
        "response_time_seconds": answer.seconds,
        "client_review_id": answer.client_id,
        "reviewed_at": answer.at.isoformat(),
    }


async def review_due(session: Session) -> None:
    """Answer the first cards that are due."""
    for each in await session.get(f"{CARDS}due/", limit=session.chance.choice((1, 1, 3, 8))):
        await review(session, session.model.cards[each["id"]], think(session))
        session.pass_time(seconds=9)


async def review_any(session: Session) -> None:
    """Answer any card, due or not, or the one that was answered last once more."""
    card = pick(session)
    taken = [each for each in session.model.cards.values() if each.memory.last_at]
    if taken and session.chance.random() < 0.4:
        card = max(taken, key=lambda each: each.memory.last_at or session.now)
    if card is not None:
        await review(session, card, think(session))


async def cram(session: Session) -> None:
    """Answer one card again and again within a minute, sometimes until it is a leech."""
    card = pick(session)
    if card is None:
        return
    quality = session.chance.choice((1, 3, 4, 5))
    for _ in range(session.chance.choice((3, 6, 9))):
        await review(session, card, think(session, quality=quality))
        session.pass_time(seconds=5)


async def review_note(session: Session) -> None:
    """Answer all cards of a note, though one of them would do."""
    card = pick(session, [card for card in session.model.cards.values() if card.note])
    if card is None:
        return
    for each in (card, *session.model.get_siblings(card)):
        await review(session, each, think(session, quality=4))
        session.pass_time(seconds=5)


async def review_in_flight(session: Session) -> None:
    """Answer a card, cross the zones, perhaps into the day before, and answer it again."""
    card = pick(session)
    if card is None:
        return
    for _ in range(2):
        await review(session, card, think(session, quality=4))
        await travel(session)
        session.pass_time(seconds=5)
    await review(session, card, think(session))


async def review_late(session: Session) -> None:
    """Hand in one answer that was given earlier, before the exam if that is just over."""
    card = pick(session)
    if card is None:
        return
    answer, exam = think(session, late=True), session.model.courses[card.course]
    if exam is not None and 0 <= (session.today - exam).days < 14:
        at = session.model.to_instant(exam) - timedelta(seconds=session.chance.randrange(3 * 86_400))
        answer = replace(answer, at=at, day=session.model.to_day(at), quality=5)
    await review(session, card, answer, late=True)


async def repeat(session: Session) -> None:
    """Send an answer again, or one that was undone: it changes nothing, whatever its grade is now."""
    card = pick(session, [card for card in session.model.cards.values() if card.client_ids])
    if card is None:
        return
    known = session.chance.choice(sorted(card.client_ids))
    body = {"quality_response": session.chance.choice(_GRADES), "client_review_id": known}
    if session.chance.random() < 0.5:
        await session.post(f"{CARDS}{card.id}/review/", body)
        return
    done = await session.post(f"{CARDS}reviews/batch/", {"reviews": [{**body, "flashcard": card.id}]})
    require((done["accepted"], done["duplicates"]) == (0, 1), f"a known review: {done}")


async def review(session: Session, card: Card, answer: Answer, *, late: bool = False) -> None:
    """Send one answer, and take it into the model."""
    before = await show(session) if session.chance.random() < 0.2 else None
    body = write(answer)
    if not late:
        del body["reviewed_at"]
        if answer.quality in _EASY and session.chance.random() < 0.2:
            body["difficulty"] = _EASY[body.pop("quality_response")]
    around = Surroundings.of(session.model, card)
    shown = await session.post(f"{CARDS}{card.id}/review/", body)
    is_last = not card.taken or answer.at >= card.taken[-1].at
    take(card, [answer])
    session.model.count_answer(answer)
    require(shown["status"] == card.status, f"{card.question} is {shown['status']}, not {card.status}")
    await settle(session, card, around, alone=True)
    session.undoable = (card.id, before) if before and is_last else None


def take(card: Card, answers: list[Answer]) -> None:
    """Insert the answers, and remember on which day the card was due before the earliest of them."""
    earliest = min(answers, key=lambda each: each.at)
    later = [each for each in card.taken if each.at > earliest.at]
    place = card.places.get(later[0].client_id) if later else card.scheduled_on
    card.take(answers)
    for each in later:
        card.places.pop(each.client_id, None)
    if place is not None:
        card.places[earliest.client_id] = place


async def settle(session: Session, card: Card, around: Surroundings, *, alone: bool) -> None:
    """See where the product has put the card, whether it may be there, and move its siblings."""
    model, last = session.model, card.taken[-1]
    due = find_due_day(session, await session.get(f"{CARDS}{card.id}/"))
    if due == card.buried_until:
        card.scheduled_on, card.blurred = due, True
    else:
        card.scheduled_on, card.blurred = due, False
        problem = find_misplacement(model, card, around, due=due, today=session.today, alone=alone)
        require(problem is None, f"{card.question}: {problem}")
    moved = model.postpone_siblings(card, last.day)
    card.postponed[last.day] = {**moved, **card.postponed.get(last.day, {})}


async def review_batch(session: Session) -> None:
    """Hand in what was answered offline, in any order, with repetitions and what is no review; then again."""
    chance, model = session.chance, session.model
    cards = {
        card.group: card for card in chance.sample(list(model.cards.values()), k=min(3, len(model.cards)))
    }
    answers = [
        (card, think(session, late=True)) for card in cards.values() for _ in range(chance.choice((1, 3)))
    ]
    if len({answer.at for _, answer in answers}) < len(answers):
        return  # which of two at one instant comes first is nobody's business
    taken = {(card.id, each.at) for card in cards.values() for each in card.taken}
    answers = [(card, answer) for card, answer in answers if (card.id, answer.at) not in taken]
    chance.shuffle(answers)
    bodies = [{**write(answer), "flashcard": card.id} for card, answer in answers]
    repeated = bodies[: chance.choice((0, 1))]
    wrong: list[dict[str, Any]] = [{"flashcard": "unknown", "quality_response": 3, "client_review_id": "x"}]
    arounds = {card.id: Surroundings.of(model, card) for card, _ in answers}
    done = await session.post(f"{CARDS}reviews/batch/", {"reviews": [*bodies, *repeated, *wrong]})
    found = (done["accepted"], done["duplicates"], len(done["rejected"]))
    require(found == (len(bodies), len(repeated), 1), f"a batch of {len(bodies)}: {found}")
    for card in dict.fromkeys(card.id for card, _ in answers):
        own = [answer for each, answer in answers if each.id == card]
        take(model.cards[card], own)
        for answer in own:
            model.count_answer(answer)
        await settle(session, model.cards[card], arounds[card], alone=False)
    again = await session.post(f"{CARDS}reviews/batch/", {"reviews": bodies})
    require((again["accepted"], again["duplicates"]) == (0, len(bodies)), f"the batch again: {again}")


async def undo(session: Session) -> None:
    """Undo the last answer of a card: of the one that was answered just now, or of any."""
    model = session.model
    name, before = session.undoable or ("", None)
    session.undoable = None
    card = model.cards.get(name) or pick(session)
    if card is None:
        return
    if not card.taken:
        await session.ask("POST", f"{CARDS}{card.id}/undo/", status=409)
        return
    await session.post(f"{CARDS}{card.id}/undo/")
    answer = card.take_back()
    model.count_answer(answer, sign=-1)
    _restore_siblings(session, card, answer)
    due = find_due_day(session, await session.get(f"{CARDS}{card.id}/"))
    place = card.places.pop(answer.client_id, None)
    if place is not None:
        card.scheduled_on = place
    elif due != card.buried_until:
        if card.taken:
            least, most = measure_window(card.memory.interval)
            allowed = {card.taken[-1].day + timedelta(days=ahead) for ahead in (0, *range(least, most + 1))}
            exam = model.courses[card.course]
            require(due in allowed or exam is not None, f"{card.question}: undone to {due}, not {allowed}")
        card.scheduled_on = due
    else:
        card.scheduled_on, card.blurred = due, True
    if before is not None and model.to_day(answer.at) == session.today:
        after = await show(session)
        for part in before:
            require(after[part] == before[part], f"undone to {differ(after[part], before[part])}")


def _restore_siblings(session: Session, card: Card, answer: Answer) -> None:
    """Give the siblings their days back, unless the card has another answer of the day, or they a later."""
    if any(each.day == answer.day for each in card.taken):
        return
    moved = card.postponed.pop(answer.day, {})
    siblings = session.model.get_siblings(card)
    if any(each.memory.last == answer.day and _is_later(each, answer) for each in siblings):
        return
    for each in siblings:
        if each.id in moved and each.buried_until == answer.day + timedelta(days=1):
            each.buried_until = moved[each.id]


def _is_later(card: Card, answer: Answer) -> bool:
    return card.memory.last_at is not None and card.memory.last_at > answer.at
