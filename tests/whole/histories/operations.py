"""Operations of a student, one at a time: asked of the product, and told to the model."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.functions.assessments.flashcards.decks import files
from tests.whole.histories.model import Card
from tests.whole.histories.student import CARDS, V1, Session, require

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "Pacific/Auckland",
    "Asia/Kolkata",
    "Africa/Cairo",  # summer begins at midnight
    "America/Santiago",
    "Pacific/Kiritimati",  # a day and an hour ahead of
    "Pacific/Pago_Pago",
)
MAX_CARDS = 60
_SETTINGS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "review_scheduler": ("scheduler", ("sm2", "fsrs")),
    "desired_retention": ("retention", (0.8, 0.9, 0.95)),
    "daily_review_limit": ("reviews_per_day", (3, 5, 20, 200)),
    "new_cards_per_day": ("new_per_day", (0, 2, 20)),
    "relearn_today": ("relearn_today", (True, False)),
    "easy_days": ("easy_days", ({}, {"sunday": "minimum", "saturday": "reduced"}, {"monday": "reduced"})),
}

Operation = Callable[[Session], Awaitable[None]]


def pick(session: Session, cards: list[Card] | None = None) -> Card | None:
    """Return any card, None without any."""
    cards = list(session.model.cards.values()) if cards is None else cards
    return session.chance.choice(cards) if cards else None


def pick_course(session: Session) -> str:
    return session.chance.choice(list(session.model.courses))


async def adopt(session: Session, course: str, *, note: str | None = None, gaps: bool = False) -> list[Card]:
    """Take the cards that the model lacks over from the list, in the order in which they were made."""
    listed = await session.list_all(CARDS, course=course)
    new = [each for each in reversed(listed) if each["id"] not in session.model.cards]
    require(
        [each["created_at"] for each in new] == sorted(each["created_at"] for each in new),
        "the list is not in order",
    )
    return [
        session.model.add_card(
            Card(
                id=each["id"],
                course=course,
                question=each["question"],
                answer=each["answer"],
                place=0,
                scheduled_on=session.today,
                card_type=each["card_type"],
                difficulty=each["difficulty_level"],
                tags=tuple(each["tags"]),
                note=note,
            )
        )
        for each in new
    ]


async def add_card(session: Session) -> None:
    """Make a card, or some at once."""
    chance, course = session.chance, pick_course(session)
    number = chance.choice((1, 1, 2, 4))
    bodies = [
        {
            "course": course,
            "question": f"What is {session.coin()}?",
            "answer": f"This is {session.words}",
            "difficulty_level": chance.choice(("easy", "medium", "hard")),
            "tags": chance.choice(([], ["red"], ["red", "blue"])),
        }
        for _ in range(number)
    ]
    await session.post(CARDS, bodies if number > 1 or chance.random() < 0.2 else bodies[0])
    added = await adopt(session, course)
    found = [(card.question, card.answer, card.difficulty, list(card.tags)) for card in added]
    expected = [(each["question"], each["answer"], each["difficulty_level"], each["tags"]) for each in bodies]
    require(found == expected, f"added {found}, not {expected}")


async def edit_card(session: Session) -> None:
    """Change a card's content, or move it to another course."""
    card, chance = pick(session), session.chance
    if card is None:
        return
    difficulty, tags = chance.choice(("easy", "medium", "hard")), chance.choice(((), ("red",), ("blue",)))
    changes: dict[str, Any] = {"difficulty_level": difficulty, "tags": list(tags)}
    if chance.random() < 0.5 and card.card_type == "basic":
        changes["question"] = f"And what is {session.coin()}?"
    if chance.random() < 0.3:
        changes["course"] = pick_course(session)
    if chance.random() < 0.2:  # as a client that sends back what it was given
        whole = await session.get(f"{CARDS}{card.id}/")
        shown = await session.ask("PUT", f"{CARDS}{card.id}/", json={**whole, **changes})
    else:
        shown = await session.ask("PATCH", f"{CARDS}{card.id}/", json=changes)
    card.difficulty, card.tags = difficulty, tags
    card.question = changes.get("question", card.question)
    card.course = changes.get("course", card.course)
    require(shown["course"] == card.course, f"the card is in {shown['course']}")


async def delete_card(session: Session) -> None:
    """Delete a card."""
    if card := pick(session):
        await session.ask("DELETE", f"{CARDS}{card.id}/", status=204)
        del session.model.cards[card.id]
        await session.ask("GET", f"{CARDS}{card.id}/", status=404)


async def change_status(session: Session) -> None:
    """Take a card out of study, or back."""
    card = pick(session)
    if card is None:
        return
    name = session.chance.choice(("suspend", "unsuspend", "archive", "unarchive", "bury", "unbury"))
    await session.post(f"{CARDS}{card.id}/{name}/")
    if name in ("suspend", "archive"):
        card.set_status(f"{name.removesuffix('e')}ed")
    elif name == f"un{card.status.removesuffix('ed').replace('archiv', 'archive')}":
        card.set_status("active")
    elif name == "bury":
        card.buried_until = session.today + timedelta(days=1)
    elif name == "unbury":
        card.buried_until = None


async def change_settings(session: Session) -> None:
    """Change some settings of the studies."""
    names = session.chance.sample(list(_SETTINGS), k=session.chance.choice((1, 1, 2)))
    changes = {}
    for name in names:
        attribute, values = _SETTINGS[name]
        changes[name] = session.chance.choice(values)
        setattr(session.model.settings, attribute, changes[name])
    shown = await session.ask("PATCH", f"{V1}users/settings/", json=changes)
    require({name: shown[name] for name in names} == changes, f"settings {shown}, not {changes}")


async def travel(session: Session) -> None:
    """Change the time zone."""
    zone = session.chance.choice(ZONES)
    await session.ask("PATCH", f"{V1}accounts/profile/", json={"timezone": zone})
    session.model.zone = ZoneInfo(zone)
    session.planned = True  # a plan of an exam begins with the day


async def pass_time(session: Session) -> None:
    """Let minutes, a night, days or weeks pass, with all tasks that fall due."""
    chance, zone = session.chance, session.model.zone
    way = chance.choice(("minutes", "midnight", "night", "night", "days", "weeks"))
    if way == "midnight":  # some seconds before or after
        midnight = datetime.combine(session.today + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
        seconds = (midnight - session.now).total_seconds() + chance.choice((-20, 1, 20))
    elif way == "night":
        seconds = chance.uniform(6, 24) * 3600
    else:
        seconds = {"minutes": 60, "days": 86_400, "weeks": 7 * 86_400}[way] * chance.uniform(1, 4)
    await session.stack.advance(seconds=max(1, int(seconds)))
    session.planned = True


async def add_course(session: Session) -> None:
    """Make another course."""
    if len(session.model.courses) < 4:
        await session.add_course()


async def delete_course(session: Session) -> None:
    """Delete a course with its cards and quizzes."""
    if len(session.model.courses) < 2:
        return
    await erase_course(session, pick_course(session))


async def erase_course(session: Session, course: str) -> None:
    """Delete the course; what was studied in it stays studied."""
    model = session.model
    await session.ask("DELETE", f"{V1}courses/{course}/", status=204)
    if session.chance.random() < 0.5:
        await session.stack.drain()
    del model.courses[course]
    model.cards = {name: card for name, card in model.cards.items() if card.course != course}
    model.quizzes = {name: quiz for name, quiz in model.quizzes.items() if quiz.course != course}
    model.attempts = {name: each for name, each in model.attempts.items() if each.quiz.course != course}
    if session.document and session.document[0] == course:
        session.document = None


async def set_exam(session: Session) -> None:
    """Set, move or drop the date of a course's exam."""
    chance, course = session.chance, pick_course(session)
    exam: date | None = session.today + timedelta(days=chance.choice((-2, 0, 1, 3, 7, 14, 40)))
    if chance.random() < 0.2:
        exam = None
    text = None if exam is None else exam.isoformat()
    await session.ask("PATCH", f"{V1}courses/{course}/", json={"exam_date": text})
    session.model.courses[course] = exam
    session.model.exams |= {} if exam is None else {course: exam}
    session.model.exams = {
        name: day
        for name, day in session.model.exams.items()
        if day > session.today and session.model.courses.get(name) == day
    }
    session.planned = True
    await session.stack.drain()


async def import_note(session: Session) -> None:
    """Import a note of Anki's with some gaps, or with its two directions: siblings."""
    course, word = pick_course(session), session.coin()
    number = session.chance.choice((2, 2, 3))
    if session.chance.random() < 0.6:
        text = " ".join(f"{{{{c{gap}::{word}{gap}}}}}" for gap in range(1, number + 1))
        notes = [files.note(1, text, "", kind=2, guid=word)]
    else:
        number = 2
        notes = [files.note(1, f"{word} there", f"{word} back", guid=word)]
    rows = [files.card(10 + side, 1, side=side) for side in range(number)]
    deck = files.package(files.collection(notes, rows))
    for imported in (number, 0):
        done = await import_file(session, course, deck, "deck.apkg")
        found = (done["imported"], done["skipped"], done["failed"])
        require(found == (imported, number - imported, 0), f"an import of {number} siblings says {done}")
    added = await adopt(session, course, note=word)
    require(len(added) == number, f"{len(added)} cards of {number} are listed")


async def import_table(session: Session) -> None:
    """Import a table of some cards."""
    course = pick_course(session)
    number = session.chance.choice((3, 8))
    rows = [(f"Say {session.coin()}", f"Said {session.words}") for _ in range(number)]
    text = "question,answer\n" + "".join(f"{question},{answer}\n" for question, answer in rows)
    done = await import_file(session, course, text.encode(), "cards.csv")
    require((done["imported"], done["failed"]) == (number, 0), f"an import of {number} rows says {done}")
    added = await adopt(session, course)
    require([(card.question, card.answer) for card in added] == rows, f"{added} are not the rows")


async def import_file(session: Session, course: str, content: bytes, name: str) -> dict[str, Any]:
    form = {"file": (name, content, "application/octet-stream")}
    done: dict[str, Any] = await session.post(f"{CARDS}import/", data={"course": course}, files=form)
    return done


async def generate(session: Session) -> None:
    """Generate cards from a document, which is uploaded first."""
    if session.document is None:
        course = pick_course(session)
        form = {"file": ("leaves.md", _LESSON.encode(), "text/markdown")}
        sent = await session.post(f"{V1}courses/{course}/documents/upload/", files=form)
        await session.stack.drain()
        session.document = (course, sent["document"]["id"])
        session.model.made["document_upload"] += 1
    course, document = session.document
    order = {"course_id": course, "document_ids": [document], "count": session.chance.choice((1, 2))}
    made = (await session.post(f"{CARDS}generate/", order))["flashcards"]
    added = await adopt(session, course)
    require([card.id for card in added] == [each["id"] for each in made], f"{made} are not listed")
    session.model.made["flashcard_generation"] += bool(made)


_LESSON = """# Leaves
Photosynthesis is the process by which plants turn light, water and carbon dioxide into sugar.
Chlorophyll is the green pigment that absorbs the light in the chloroplasts of a leaf.
The Calvin cycle is the set of reactions that builds sugar from carbon dioxide in the stroma.
A stoma is a pore in the skin of a leaf through which gases pass.
Xylem is the tissue that carries water from the roots to the leaves.
"""
