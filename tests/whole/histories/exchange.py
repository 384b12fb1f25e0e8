"""Decks taken out and brought back: nothing is added twice, and what comes back is what left."""

import csv
import io
import json
from dataclasses import replace

from tests.whole.histories.model import Card
from tests.whole.histories.operations import MAX_CARDS, adopt, erase_course, import_file, pick_course
from tests.whole.histories.student import CARDS, Session, require

_FORMATS = ("apkg", "csv", "json")


async def bring_back(session: Session) -> None:
    """Export a course and import it into the same one: everything is there already."""
    course, kind = pick_course(session), session.chance.choice(_FORMATS)
    content = await export(session, course, kind)
    done = await import_file(session, course, content, f"deck.{kind}")
    expected = (0, len(session.model.get_cards(course)), 0, 0)
    found = (done["imported"], done["skipped"], done["updated"], done["failed"])
    require(found == expected, f"{kind} into its own course: {done}, not {expected}")


async def copy_course(session: Session) -> None:
    """Export a course and import it into a new one."""
    if len(session.model.cards) <= MAX_CARDS // 2 and len(session.model.courses) < 5:
        await _move_out(session, erase=False)


async def restore_course(session: Session) -> None:
    """Export a course, delete it, and import the file into a new one."""
    await _move_out(session, erase=True)


async def _move_out(session: Session, *, erase: bool) -> None:
    course, kind = pick_course(session), session.chance.choice(_FORMATS)
    content = await export(session, course, kind)
    cards = sorted(session.model.get_cards(course), key=lambda card: card.place)
    into = await session.add_course()
    if erase:
        await erase_course(session, course)
    done = await import_file(session, into, content, f"deck.{kind}")
    counts = (done["imported"], done["failed"], done["warned"])
    require(counts == (len(cards), 0, 0), f"{kind} into another course: {done}, not {len(cards)} cards")
    added = await adopt(session, into)
    names, expected = ([(card.question, card.answer) for card in each] for each in (added, cards))
    require(sorted(names) == sorted(expected), f"{kind} brings back {names}, not {expected}")
    if kind == "apkg":  # Anki has positions of new cards alone
        new = {(card.question, card.answer) for card in cards if card.is_new}
        names, expected = ([name for name in each if name in new] for each in (names, expected))
    require(names == expected, f"{kind} brings back {names}, not {expected}")
    by_name: dict[tuple[str, str], list[Card]] = {}
    for card in cards:
        by_name.setdefault((card.question, card.answer), []).append(card)
    for card in added:
        session.model.cards[card.id] = _copy(session, by_name[card.question, card.answer].pop(0), card)


def _copy(session: Session, old: Card, new: Card) -> Card:
    """Return the card as it comes back: with its past, which is no study of now."""
    copies = {each.client_id: session.coin() for each in old.taken}
    copy = replace(
        old,
        id=new.id,
        course=new.course,
        place=new.place,
        taken=[replace(each, client_id=copies[each.client_id], imported=True) for each in old.taken],
        places={copies[name]: day for name, day in old.places.items() if name in copies},
        undone=set(),
        postponed={},
        suspended_by=None,
    )
    copy.recall()
    return copy


async def export(session: Session, course: str, kind: str) -> bytes:
    """Return the file, whose cards stand in the order in which they were made."""
    content = await session.ask("GET", f"{CARDS}export/", params={"course": course, "format": kind})
    cards = sorted(session.model.get_cards(course), key=lambda card: card.place)
    if kind == "json":
        items = content if isinstance(content, list) else json.loads(content)
        content = json.dumps(items, ensure_ascii=False).encode()
        found = [item["question"] for item in items if "question" in item]
    elif kind == "csv":
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        found = [row["question"] for row in rows]
    else:
        return content  # type: ignore[no-any-return]
    expected = [card.question for card in cards]
    require(found == expected, f"{kind} has {found}, not {expected}")
    return content  # type: ignore[no-any-return]
