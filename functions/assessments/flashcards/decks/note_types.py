"""Note types and decks of a collection: JSON in schema 11, tables with protobuf from schema 15 on."""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.decks import wire
from functions.assessments.flashcards.decks.errors import Unreadable
from functions.assessments.flashcards.decks.models import CardTemplate, FieldType, NoteType
from functions.assessments.flashcards.decks.plain import visible

_MOST_TYPES, _MOST_FIELDS, _MOST_TEMPLATES, _MOST_DECKS = 1000, 100, 100, 10_000
_LONGEST_NAME, _LONGEST_TEMPLATE = 200, 32_768
_LARGEST_TYPE = 200_000  # characters: a document has to hold it

# Field numbers in Anki's notetypes.proto.
_KIND, _SORT_FIELD, _CSS, _LATEX_PRE, _LATEX_POST, _LATEX_SVG = 1, 2, 3, 5, 6, 7
_STICKY, _RTL, _FONT, _SIZE = 1, 2, 3, 4
_QUESTION, _ANSWER = 1, 2


def day_of(seconds: int, zone: ZoneInfo) -> date:
    """The day on which an instant, in seconds since 1970, lies; a sane one whatever it says."""
    return datetime.fromtimestamp(min(max(seconds, 0), 4 * 10**9), UTC).astimezone(zone).date()


def from_json(models: str) -> dict[int, NoteType]:
    """Raises Unreadable."""
    try:
        found = [_type_of(model) for model in _values(models)[:_MOST_TYPES]]
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise Unreadable("The note types of the collection are broken") from None
    return {each.anki_id: checked(each) for each in found}


def decks_from_json(decks: str) -> dict[int, str]:
    """Names by number, with `::` between a deck and those in it. Raises Unreadable."""
    try:
        return {
            _whole(each["id"]): str(each["name"])[:_LONGEST_NAME] for each in _values(decks)[:_MOST_DECKS]
        }
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise Unreadable("The decks of the collection are broken") from None


def from_tables(db: sqlite3.Connection) -> dict[int, NoteType]:
    """Raises Unreadable."""
    kinds = db.execute("SELECT id, name, config FROM notetypes LIMIT ?", (_MOST_TYPES,)).fetchall()
    try:
        found = [_type_of_tables(db, int(number), str(name), bytes(config)) for number, name, config in kinds]
    except (ValueError, TypeError):
        raise Unreadable("The note types of the collection are broken") from None
    return {each.anki_id: checked(each) for each in found}


def decks_from_tables(db: sqlite3.Connection) -> dict[int, str]:
    rows = db.execute("SELECT id, name FROM decks LIMIT ?", (_MOST_DECKS,)).fetchall()
    return {_whole(number): _name(str(name).replace("\x1f", "::")) for number, name in rows}


def _values(content: str) -> list[Mapping[str, Any]]:
    return list(json.loads(content or "{}").values())


def _type_of(model: Mapping[str, Any]) -> NoteType:
    fields = [
        FieldType(
            name=_name(each["name"]),
            font=_name(each.get("font") or "Arial"),
            size=_whole(each.get("size", 20)),
            rtl=bool(each.get("rtl")),
            sticky=bool(each.get("sticky")),
        )
        for each in sorted(model["flds"], key=lambda each: _whole(each["ord"]))
    ]
    templates = [
        CardTemplate(
            name=_name(each["name"]), question=visible(str(each["qfmt"])), answer=visible(str(each["afmt"]))
        )
        for each in sorted(model["tmpls"], key=lambda each: _whole(each["ord"]))
    ]
    number = _whole(model["id"])
    return NoteType(
        id=str(number),
        anki_id=number,
        name=_name(model["name"]),
        cloze=_whole(model.get("type", 0)) == 1,
        fields=tuple(fields),
        templates=tuple(templates),
        css=visible(str(model.get("css", ""))),
        latex_pre=visible(str(model.get("latexPre", ""))),
        latex_post=visible(str(model.get("latexPost", ""))),
        latex_svg=bool(model.get("latexsvg")),
        sort_field=_whole(model.get("sortf", 0)),
    )


def _type_of_tables(db: sqlite3.Connection, number: int, name: str, config: bytes) -> NoteType:
    query = "SELECT name, config FROM {} WHERE ntid = ? ORDER BY ord LIMIT 200"
    fields = db.execute(query.format("fields"), (number,)).fetchall()
    templates = db.execute(query.format("templates"), (number,)).fetchall()
    said, counted = _texts(config), wire.numbers(config)
    return NoteType(
        id=str(number),
        anki_id=number,
        name=_name(name),
        cloze=counted.get(_KIND, 0) == 1,
        fields=tuple(_field_of(str(field), bytes(content)) for field, content in fields),
        templates=tuple(_template_of(str(template), bytes(content)) for template, content in templates),
        css=said.get(_CSS, ""),
        latex_pre=said.get(_LATEX_PRE, ""),
        latex_post=said.get(_LATEX_POST, ""),
        latex_svg=bool(counted.get(_LATEX_SVG)),
        sort_field=_whole(counted.get(_SORT_FIELD, 0)),
    )


def _field_of(name: str, config: bytes) -> FieldType:
    counted = wire.numbers(config)
    return FieldType(
        name=_name(name),
        font=_name(wire.texts(config).get(_FONT, "Arial")),
        size=_whole(counted.get(_SIZE, 20)),
        rtl=bool(counted.get(_RTL)),
        sticky=bool(counted.get(_STICKY)),
    )


def _template_of(name: str, config: bytes) -> CardTemplate:
    said = _texts(config)
    return CardTemplate(name=_name(name), question=said.get(_QUESTION, ""), answer=said.get(_ANSWER, ""))


def _texts(config: bytes) -> dict[int, str]:
    return {number: visible(content) for number, content in wire.texts(config).items()}


def checked(found: NoteType) -> NoteType:
    """The note type, if it may be kept. Raises Unreadable."""
    sides = [side for each in found.templates for side in (each.question, each.answer)]
    if len(found.fields) > _MOST_FIELDS or len(found.templates) > _MOST_TEMPLATES:
        raise Unreadable("A note type has too many fields or templates")
    parts = [
        *sides,
        *(field.name + field.font for field in found.fields),
        found.css,
        found.latex_pre,
        found.latex_post,
    ]
    if max(map(len, sides), default=0) > _LONGEST_TEMPLATE or sum(map(len, parts)) > _LARGEST_TYPE:
        raise Unreadable("A note type is too large")
    if not found.fields or not found.templates:
        raise Unreadable("A note type has no fields or no templates")
    return _named(found)


def _named(found: NoteType) -> NoteType:
    """Its id tells what it says, so that two decks' types of the same number do not become one."""
    said = found.model_dump_json(exclude={"id"})
    digest = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:12]
    return found.model_copy(update={"id": f"{found.anki_id}-{digest}"})


def _name(value: Any) -> str:
    return "".join(each for each in str(value) if each.isprintable())[:_LONGEST_NAME] or "?"


def _whole(value: Any) -> int:
    number = int(value or 0)
    if abs(number) >= 2**63:
        raise ValueError(number)
    return number
