"""Notes of Anki's in tables: rows with a GUID, of a note type, or with gaps become the cards of a note."""

import hashlib
import html
from collections.abc import Iterator, Sequence

from functions.assessments.flashcards.cards.models import NewCard
from functions.assessments.flashcards.decks.content import (
    Content,
    NoteContext,
    find_cut_tags,
    hash_content,
    parse_tags,
    render_content,
)
from functions.assessments.flashcards.decks.errors import Unreadable
from functions.assessments.flashcards.decks.gaps import list_gaps
from functions.assessments.flashcards.decks.items import CardItem, RejectedRow, SourceNote, Target
from functions.assessments.flashcards.decks.markup import MAX_HTML_CHARS
from functions.assessments.flashcards.decks.models import Note, NotePlace, NoteType
from functions.assessments.flashcards.decks.records import MAX_NOTE_CHARS
from functions.assessments.flashcards.decks.stock_note_types import (
    build_type,
    count_fields,
    is_cloze_name,
    is_paired_name,
)
from functions.assessments.flashcards.decks.table_layout import Layout, split_tags

_MAX_GUID_CHARS, _MAX_FIELDS, _MAX_CARDS = 200, 100, 200
_EMPTY_FRONT = "There is no question"


def is_note(layout: Layout, cells: Sequence[str]) -> bool:
    """Return whether the row is a note rather than a card with a question and an answer."""
    if "data" in layout.columns or "card_type" in layout.columns:
        return False
    if layout.guid is not None and _get_cell(cells, layout.guid):
        return True
    if _has_gaps(_list_fields(layout, cells)[:1]):
        return True
    name = _get_cell(cells, layout.note_type) or layout.type_name
    return is_paired_name(name) or (layout.note_type is not None and len(_list_fields(layout, cells)) > 2)


def read_note(
    layout: Layout, cells: Sequence[str], *, target: Target, row: int
) -> Iterator[CardItem | RejectedRow]:
    """Yield the cards of the row's note, or what is wrong with it."""
    fields = _list_fields(layout, cells)
    tags = _list_tags(layout, cells)
    name = _get_cell(cells, layout.note_type) or layout.type_name
    markup = tuple(
        text if layout.html else html.escape(text, quote=False).replace("\n", "<br>") for text in fields
    )
    is_cloze = _has_gaps(markup[:1])
    if is_cloze_name(name) and not is_cloze and not any(markup[1:]):
        yield RejectedRow(row, "The note has no gap: mark each as {{c1::…}}")
        return
    if problem := _find_problem(markup):
        yield RejectedRow(row, problem)
        return
    kind = build_type(name, fields=len(markup), is_cloze=is_cloze)
    note = _build_note(layout, cells, kind, markup, tags, target)
    positions = _list_positions(markup, kind)
    failed: list[str] = []
    number = 0
    for position in positions:
        try:
            context = NoteContext(" ".join(tags), _get_cell(cells, layout.deck) or layout.deck_name)
            content = render_content(markup, kind, position, context)
        except Unreadable as error:
            failed.append(error.details["file"][0])
            continue
        number += 1
        yield _build_item(note, kind, position, content, context, target=target, row=row, tags=tags)
    # A template whose front is empty makes no card, as in Anki, as long as another makes one.
    for reason in failed:
        if reason != _EMPTY_FRONT or not number:
            yield RejectedRow(row, reason)


def _build_item(
    note: Note,
    kind: NoteType,
    position: int,
    content: Content,
    context: NoteContext,
    *,
    target: Target,
    row: int,
    tags: Sequence[str],
) -> CardItem:
    card_id = target.derive_card_id(note.guid, position)
    place = NotePlace(
        ord=position, deck=context.deck[:200], content=hash_content(content.question, content.answer)
    )
    return CardItem(
        row=row,
        id=card_id,
        card=NewCard(
            question=content.question,
            answer=content.answer,
            explanation=content.explanation,
            card_type=content.card_type,
            id=card_id,
            course=target.course,
            tags=parse_tags(tags),
            source="import",
            note=note.id,
        ),
        original=SourceNote(note, place, kind),
        left_out=(*content.left_out, *find_cut_tags(tags)),
    )


def _build_note(
    layout: Layout,
    cells: Sequence[str],
    kind: NoteType,
    fields: tuple[str, ...],
    tags: Sequence[str],
    target: Target,
) -> Note:
    guid = _get_cell(cells, layout.guid)[:_MAX_GUID_CHARS] or _derive_guid(fields)
    return Note(
        id=target.derive_note_id(guid),
        course=target.course,
        guid=guid,
        note_type=kind.id,
        fields=fields,
        tags=tuple(tag.replace(" ", "_")[:200] for tag in tags)[:200],
        modified=int(target.now.timestamp()),
    )


def _derive_guid(fields: Sequence[str]) -> str:
    """Return a GUID that the same note has in another file, whatever its case and blanks."""
    folded = "\x1f".join(" ".join(text.casefold().split()) for text in fields)
    return hashlib.sha256(folded.encode("utf-8", "replace")).hexdigest()[:20]


def _list_fields(layout: Layout, cells: Sequence[str]) -> list[str]:
    """Return the fields of the note, in the order of its type, without tags that follow them."""
    places = layout.list_fields(len(cells))
    if {"question", "answer"} <= layout.columns.keys():
        first = [layout.columns["question"], layout.columns["answer"]]
        places = [*first, *(place for place in places if place not in (*first, layout.columns.get("tags")))]
    elif (number := _count_fields_before_tags(layout)) is not None:
        places = places[:number] + places[number + 1 :]
    return [_get_cell(cells, place) for place in places]


def _list_tags(layout: Layout, cells: Sequence[str]) -> list[str]:
    place = layout.tags if layout.tags is not None else layout.columns.get("tags")
    if place is None and (number := _count_fields_before_tags(layout)) is not None:
        place = next(iter(layout.list_fields(len(cells))[number:]), None)
    return [*split_tags(_get_cell(cells, place)), *layout.all_tags]


def _count_fields_before_tags(layout: Layout) -> int | None:
    """Return how many fields tags follow where no line says so; None where they do not.

    Anki's own files always say it, and how many fields a type of the user's has is not known.
    """
    if layout.tags is not None or any(
        each is not None for each in (layout.guid, layout.note_type, layout.deck)
    ):
        return None
    return count_fields(layout.type_name) if layout.type_name else 2


def _list_positions(fields: Sequence[str], kind: NoteType) -> list[int]:
    if not kind.cloze:
        return list(range(len(kind.templates)))
    numbers = {number for text in fields[:1] for gap in list_gaps(text) for number in gap.numbers}
    return [number - 1 for number in sorted(numbers) if number][:_MAX_CARDS]


def _find_problem(fields: Sequence[str]) -> str | None:
    if len(fields) > _MAX_FIELDS:
        return f"The note has more than {_MAX_FIELDS} fields"
    if max(map(len, fields), default=0) > MAX_HTML_CHARS or sum(map(len, fields)) > MAX_NOTE_CHARS:
        return f"A field has more than {MAX_HTML_CHARS:,} characters"
    return None if fields and any(fields) else "no question"


def _has_gaps(fields: Sequence[str]) -> bool:
    return any("{{c" in text and list_gaps(text) for text in fields)


def _get_cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""
