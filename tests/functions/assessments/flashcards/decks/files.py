"""Files of cards for tests: uploaded, downloaded, and made by hand."""

import io
import json
import sqlite3
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.flashcards.decks.anki_schema import SCHEMA, build_model
from functions.assessments.flashcards.decks.models import CardTemplate, FieldType, NoteType
from functions.assessments.flashcards.reviews.store import REVIEWS
from functions.assessments.flashcards.scheduling.models import Review
from tests.functions.assessments.learners import CARDS, Learner

PNG = b"\x89PNG\r\n\x1a\n a picture"
CREATED = 1_767_247_200  # 2026-01-01, 06:00 UTC
BASIC = NoteType(
    id="1", anki_id=1, name="Basic",
    fields=(FieldType(name="Front"), FieldType(name="Back")),
    templates=(
        CardTemplate(name="Card 1", question="{{Front}}", answer="{{FrontSide}}<hr id=answer>{{Back}}"),
        CardTemplate(name="Card 2", question="{{Back}}", answer="{{FrontSide}}<hr id=answer>{{Front}}"),
    ),
)  # fmt: skip
CLOZE = NoteType(
    id="2", anki_id=2, name="Cloze", cloze=True,
    fields=(FieldType(name="Text"), FieldType(name="Back Extra")),
    templates=(CardTemplate(name="C", question="{{cloze:Text}}", answer="{{cloze:Text}}<br>{{Back Extra}}"),),
)  # fmt: skip


@dataclass
class Decks:
    """A learner who brings and takes decks."""

    learner: Learner

    async def send(
        self, content: bytes, name: str = "deck.apkg", *, course: str | None = None, **headers: str
    ) -> httpx.Response:
        return await self.learner.http.post(
            f"{CARDS}import/",
            data={"course": course or self.learner.course},
            files={"file": (name, content, "application/octet-stream")},
            headers=headers,
        )

    async def bring(
        self, content: bytes, name: str = "deck.apkg", *, course: str | None = None
    ) -> dict[str, Any]:
        answer = await self.send(content, name, course=course)
        assert answer.status_code == 201, answer.text
        done: dict[str, Any] = answer.json()
        return done

    async def take(self, kind: str = "apkg", *, course: str | None = None) -> bytes:
        params = {"format": kind, "course": course or self.learner.course}
        answer = await self.learner.http.get(f"{CARDS}export/", params=params)
        assert answer.status_code == 200, answer.text
        return answer.content

    async def cards(self, course: str | None = None) -> list[Flashcard]:
        """Return the stored cards, by question."""
        query = FLASHCARDS.query(user=self.learner.id).where("course", "==", course or self.learner.course)
        found = await self.learner.stack.services.store.find(query)
        return sorted(found, key=lambda card: (card.question, card.answer))

    async def reviews(self, card: Flashcard) -> list[Review]:
        query = REVIEWS.query(user=self.learner.id).where("flashcard", "==", card.id)
        found = await self.learner.stack.services.store.find(query)
        return sorted(found, key=lambda review: review.position)


def said(card: Flashcard) -> dict[str, Any]:
    """All that a card is, but for what the place of its import gives."""
    left_out = {
        "id", "course", "created_at", "updated_at", "note", "placed", "queue", "asked_on", "asked_until",
    }  # fmt: skip
    fields = card.model_dump(exclude=left_out)
    fields["schedule"].pop("last_review")
    return fields


def past(review: Review) -> dict[str, Any]:
    fields = review.model_dump(exclude={"id", "flashcard", "imported"})
    for schedule in ("before", "after"):
        fields[schedule].pop("last_review")
    return fields


Row = tuple[Any, ...]


def note(number: int, *fields: str, kind: int = 1, tags: str = "", guid: str | None = None) -> Row:
    return (
        number,
        guid or f"guid-{number}",
        kind,
        1_700_000_000,
        -1,
        tags,
        "\x1f".join(fields),
        "",
        0,
        0,
        "",
    )


def card(number: int, of: int, *, side: int = 0, **changes: Any) -> Row:
    """A new card, but for the `changes`; `side` is its `ord`."""
    row = {
        "id": number, "nid": of, "did": 1, "ord": side, "mod": 0, "usn": -1, "type": 0, "queue": 0, "due": 1,
        "ivl": 0, "factor": 0, "reps": 0, "lapses": 0, "left": 0, "odue": 0, "odid": 0, "flags": 0,
        "data": "{}",
    }  # fmt: skip
    return tuple({**row, **changes}.values())


def answered(at: int, of: int, ease: int = 3, *, ivl: int = 1, factor: int = 2500, time: int = 4000) -> Row:
    """An answer at an instant in seconds since 1970."""
    return (at * 1000, of, -1, ease, ivl, 0, factor, time, 1)


def collection(
    notes: list[Row],
    cards: list[Row],
    log: list[Row] | None = None,
    *,
    extra: str = "",
    version: int = 11,
    kinds: tuple[NoteType, ...] = (),
) -> bytes:
    models = {str(kind.anki_id): build_model(kind, kind.anki_id) for kind in (BASIC, CLOZE, *kinds)}
    decks = {"1": {"id": 1, "name": "Default"}, "7": {"id": 7, "name": "Animals::Dogs"}}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.anki2"
        db = sqlite3.connect(path)
        db.executescript(SCHEMA)
        db.execute(
            "INSERT INTO col VALUES (1, ?, 0, 0, ?, 0, 0, 0, '{}', ?, ?, '{}', '{}')",
            (CREATED, version, json.dumps(models), json.dumps(decks)),
        )
        db.executemany(f"INSERT INTO notes VALUES ({','.join('?' * 11)})", notes)
        db.executemany(f"INSERT INTO cards VALUES ({','.join('?' * 18)})", cards)
        db.executemany(f"INSERT INTO revlog VALUES ({','.join('?' * 9)})", log or [])
        db.executescript(extra)
        db.commit()
        db.close()
        return path.read_bytes()


def one_note(
    fields: dict[str, str],
    question: str,
    answer: str,
    *,
    cloze: bool = False,
    sides: tuple[int, ...] = (0,),
    tags: str = "",
    deck: int = 7,
    media: dict[str, bytes] | None = None,
) -> bytes:
    """A package with one note of a type of its own, and its cards."""
    kind = NoteType(
        id="3", anki_id=3, name="Own", cloze=cloze,
        fields=tuple(FieldType(name=name) for name in fields),
        templates=(CardTemplate(name="Only", question=question, answer=answer),),
    )  # fmt: skip
    notes = [note(1, *fields.values(), kind=3, tags=tags)]
    cards = [card(10 + side, 1, side=side, did=deck) for side in sides]
    return package(collection(notes, cards, kinds=(kind,)), media=media)


def package(
    content: bytes, *, media: dict[str, bytes] | None = None, name: str = "collection.anki2", **more: bytes
) -> bytes:
    """A legacy package; `more` are further entries."""
    out = io.BytesIO()
    files = media or {}
    names = {str(position): file for position, file in enumerate(files)}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
        archive.writestr("media", json.dumps(names))
        for entry, file in names.items():
            archive.writestr(entry, files[file])
        for entry, data in more.items():
            archive.writestr(entry, data)
    return out.getvalue()
