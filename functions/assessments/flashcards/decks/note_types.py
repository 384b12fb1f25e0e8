"""Note types and decks of a collection: JSON in schema 11, tables with protobuf from schema 15 on."""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.decks import protobuf
from functions.assessments.flashcards.decks.characters import strip_controls
from functions.assessments.flashcards.decks.errors import Unreadable
from functions.assessments.flashcards.decks.models import CardTemplate, FieldType, NoteType

_MAX_TYPES, _MAX_FIELDS, _MAX_TEMPLATES, _MAX_DECKS = 1000, 100, 100, 10_000
_MAX_NAME_CHARS, _MAX_TEMPLATE_CHARS = 200, 32_768
_MAX_TYPE_CHARS = 200_000  # a document holds a mebibyte

# Field numbers in Anki's notetypes.proto.
_KIND, _SORT_FIELD, _CSS, _LATEX_PRE, _LATEX_POST, _LATEX_SVG, _STOCK_KIND = 1, 2, 3, 5, 6, 7, 9
_STICKY, _RTL, _FONT, _SIZE, _DESCRIPTION, _PLAIN, _COLLAPSED, _UNSEARCHED, _TAG, _UNDELETABLE = (
    1, 2, 3, 4, 5, 6, 7, 8, 10, 11,
)  # fmt: skip
_QUESTION, _ANSWER, _BROWSER_QUESTION, _BROWSER_ANSWER, _BROWSER_FONT, _BROWSER_SIZE = 1, 2, 3, 4, 6, 7
# What earlier versions did not keep of a note type: they count in its id only where they are not empty.
_LATER_OF_TYPE = {"stock_kind"}
_LATER_OF_FIELD = {
    "description", "plain_text", "collapsed", "exclude_from_search", "prevent_deletion", "tag",
}  # fmt: skip
_LATER_OF_TEMPLATE = {"browser_question", "browser_answer", "browser_font", "browser_size"}


def to_day(seconds: int, zone: ZoneInfo) -> date:
    """Return the day of an instant in seconds since 1970, between 1970 and 2096 whatever the value."""
    return datetime.fromtimestamp(min(max(seconds, 0), 4 * 10**9), UTC).astimezone(zone).date()


def parse_types(models: str) -> dict[int, NoteType]:
    """Return the note types of schema 11 by number. Raises Unreadable."""
    try:
        types = [_parse_type(model) for model in _parse_values(models)[:_MAX_TYPES]]
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise Unreadable("The note types of the collection are damaged; export it again") from None
    return {each.anki_id: check_type(each) for each in types}


def parse_decks(decks: str) -> dict[int, str]:
    """Return names by number, with `::` between a deck and those in it. Raises Unreadable."""
    try:
        return {
            _parse_int(each["id"]): str(each["name"])[:_MAX_NAME_CHARS]
            for each in _parse_values(decks)[:_MAX_DECKS]
        }
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        raise Unreadable("The decks of the collection are damaged; export it again") from None


def read_types(db: sqlite3.Connection) -> dict[int, NoteType]:
    """Return the note types of later schemas by number. Raises Unreadable."""
    kinds = db.execute("SELECT id, name, config FROM notetypes LIMIT ?", (_MAX_TYPES,)).fetchall()
    try:
        types = [_read_type(db, int(number), str(name), bytes(config)) for number, name, config in kinds]
    except (ValueError, TypeError):
        raise Unreadable("The note types of the collection are damaged; export it again") from None
    return {each.anki_id: check_type(each) for each in types}


def read_decks(db: sqlite3.Connection) -> dict[int, str]:
    """Read the names of decks by their numbers, with `::` between the levels."""
    rows = db.execute("SELECT id, name FROM decks LIMIT ?", (_MAX_DECKS,)).fetchall()
    return {_parse_int(number): _clean_name(str(name).replace("\x1f", "::")) for number, name in rows}


def _parse_values(content: str) -> list[Mapping[str, Any]]:
    return list(json.loads(content or "{}").values())


def _parse_type(model: Mapping[str, Any]) -> NoteType:
    fields = [
        FieldType(
            name=_clean_name(each["name"]),
            font=_clean_name(each.get("font") or "Arial"),
            size=_parse_int(each.get("size", 20)),
            rtl=bool(each.get("rtl")),
            sticky=bool(each.get("sticky")),
            description=_clean_text(each.get("description")),
            plain_text=bool(each.get("plainText")),
            collapsed=bool(each.get("collapsed")),
            exclude_from_search=bool(each.get("excludeFromSearch")),
            prevent_deletion=bool(each.get("preventDeletion")),
            tag=None if each.get("tag") is None else _parse_int(each["tag"]),
        )
        for each in sorted(model["flds"], key=lambda each: _parse_int(each["ord"]))
    ]
    templates = [
        CardTemplate(
            name=_clean_name(each["name"]),
            question=strip_controls(str(each["qfmt"])),
            answer=strip_controls(str(each["afmt"])),
            browser_question=strip_controls(str(each.get("bqfmt") or "")),
            browser_answer=strip_controls(str(each.get("bafmt") or "")),
            browser_font=_clean_text(each.get("bfont")),
            browser_size=_parse_int(each.get("bsize") or 0),
        )
        for each in sorted(model["tmpls"], key=lambda each: _parse_int(each["ord"]))
    ]
    number = _parse_int(model["id"])
    return NoteType(
        id=str(number),
        anki_id=number,
        name=_clean_name(model["name"]),
        cloze=_parse_int(model.get("type", 0)) == 1,
        fields=tuple(fields),
        templates=tuple(templates),
        css=strip_controls(str(model.get("css", ""))),
        latex_pre=strip_controls(str(model.get("latexPre", ""))),
        latex_post=strip_controls(str(model.get("latexPost", ""))),
        latex_svg=bool(model.get("latexsvg")),
        sort_field=_parse_int(model.get("sortf", 0)),
        stock_kind=_parse_int(model.get("originalStockKind") or 0),
    )


def _read_type(db: sqlite3.Connection, number: int, name: str, config: bytes) -> NoteType:
    query = "SELECT name, config FROM {} WHERE ntid = ? ORDER BY ord LIMIT 200"
    fields = db.execute(query.format("fields"), (number,)).fetchall()
    templates = db.execute(query.format("templates"), (number,)).fetchall()
    texts, numbers = _read_texts(config), protobuf.read_numbers(config)
    return NoteType(
        id=str(number),
        anki_id=number,
        name=_clean_name(name),
        cloze=numbers.get(_KIND, 0) == 1,
        fields=tuple(_read_field(str(field), bytes(content)) for field, content in fields),
        templates=tuple(_read_template(str(template), bytes(content)) for template, content in templates),
        css=texts.get(_CSS, ""),
        latex_pre=texts.get(_LATEX_PRE, ""),
        latex_post=texts.get(_LATEX_POST, ""),
        latex_svg=bool(numbers.get(_LATEX_SVG)),
        sort_field=_parse_int(numbers.get(_SORT_FIELD, 0)),
        stock_kind=_parse_int(numbers.get(_STOCK_KIND, 0)),
    )


def _read_field(name: str, config: bytes) -> FieldType:
    texts, numbers = _read_texts(config), protobuf.read_numbers(config)
    return FieldType(
        name=_clean_name(name),
        font=_clean_name(texts.get(_FONT, "Arial")),
        size=_parse_int(numbers.get(_SIZE, 20)),
        rtl=bool(numbers.get(_RTL)),
        sticky=bool(numbers.get(_STICKY)),
        description=_clean_text(texts.get(_DESCRIPTION)),
        plain_text=bool(numbers.get(_PLAIN)),
        collapsed=bool(numbers.get(_COLLAPSED)),
        exclude_from_search=bool(numbers.get(_UNSEARCHED)),
        prevent_deletion=bool(numbers.get(_UNDELETABLE)),
        tag=numbers.get(_TAG),
    )


def _read_template(name: str, config: bytes) -> CardTemplate:
    texts = _read_texts(config)
    return CardTemplate(
        name=_clean_name(name),
        question=texts.get(_QUESTION, ""),
        answer=texts.get(_ANSWER, ""),
        browser_question=texts.get(_BROWSER_QUESTION, ""),
        browser_answer=texts.get(_BROWSER_ANSWER, ""),
        browser_font=_clean_text(texts.get(_BROWSER_FONT)),
        browser_size=_parse_int(protobuf.read_numbers(config).get(_BROWSER_SIZE, 0)),
    )


def _read_texts(config: bytes) -> dict[int, str]:
    return {number: strip_controls(content) for number, content in protobuf.read_texts(config).items()}


def check_type(kind: NoteType) -> NoteType:
    """Return the note type with its id. Raises Unreadable for one that is empty or too large."""
    sides = [
        side
        for each in kind.templates
        for side in (each.question, each.answer, each.browser_question, each.browser_answer)
    ]
    if len(kind.fields) > _MAX_FIELDS or len(kind.templates) > _MAX_TEMPLATES:
        raise Unreadable(f"A note type has more than {_MAX_FIELDS} fields or {_MAX_TEMPLATES} templates")
    parts = [
        *sides,
        *(field.name + field.font + field.description for field in kind.fields),
        kind.css,
        kind.latex_pre,
        kind.latex_post,
    ]
    if max(map(len, sides), default=0) > _MAX_TEMPLATE_CHARS or sum(map(len, parts)) > _MAX_TYPE_CHARS:
        raise Unreadable("A note type is too large")
    if not kind.fields or not kind.templates:
        raise Unreadable("A note type has no fields or no templates")
    return _assign_id(kind)


def _assign_id(kind: NoteType) -> NoteType:
    """Return the type with an id that depends on its content: two decks may use one number for two types."""
    excluded: dict[str, Any] = {
        "id": True,
        **dict.fromkeys(_LATER_OF_TYPE, True),
        "fields": {"__all__": _LATER_OF_FIELD},
        "templates": {"__all__": _LATER_OF_TEMPLATE},
    }
    later = [kind.model_dump(include=_LATER_OF_TYPE, exclude_defaults=True)]
    later += [each.model_dump(include=_LATER_OF_FIELD, exclude_defaults=True) for each in kind.fields]
    later += [each.model_dump(include=_LATER_OF_TEMPLATE, exclude_defaults=True) for each in kind.templates]
    content = kind.model_dump_json(exclude=excluded) + (json.dumps(later) if any(later) else "")
    digest = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:12]
    return kind.model_copy(update={"id": f"{kind.anki_id}-{digest}"})


def _clean_text(value: Any) -> str:
    """Return the text on one line, as long as a name may be."""
    return "".join(each for each in str(value or "") if each.isprintable())[:_MAX_NAME_CHARS]


def _clean_name(value: Any) -> str:
    return "".join(each for each in str(value) if each.isprintable())[:_MAX_NAME_CHARS] or "?"


def _parse_int(value: Any) -> int:
    number = int(value or 0)
    if abs(number) >= 2**63:
        raise ValueError(number)
    return number
