"""Content of cards: the question, answer and explanation that a note of Anki's gives by its templates."""

import hashlib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from functions.assessments.flashcards.cards.models import CardType
from functions.assessments.flashcards.cards.rules import find_gap_problem
from functions.assessments.flashcards.decks.characters import strip_controls
from functions.assessments.flashcards.decks.errors import Unreadable
from functions.assessments.flashcards.decks.gaps import list_hidden, mask_gaps
from functions.assessments.flashcards.decks.html_text import read_html
from functions.assessments.flashcards.decks.models import Note, NotePlace, NoteType
from functions.assessments.flashcards.decks.occlusion import Mask, cover_fields
from functions.assessments.flashcards.decks.own_note_types import is_own_type
from functions.assessments.flashcards.decks.rendering import Sides, render

MAX_TEXT_CHARS = 5000  # of a side
MAX_TAGS, MAX_TAG_CHARS = 20, 50


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a card, a picture to be made for it, and, for the user, what could not be taken over."""

    question: str
    answer: str
    explanation: str = ""
    card_type: CardType = "basic"
    mask: Mask | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteContext:
    """A note as its templates see it beside its fields: `{{Tags}}`, `{{Deck}}` and `{{Subdeck}}`.

    `files` are the names of media that came with it.
    """

    tags: str = ""
    deck: str = ""
    flag: int = 0
    files: Container[str] = ()


def render_content(
    fields: Sequence[str], kind: NoteType, position: int, context: NoteContext | None = None
) -> Content:
    """Return the content of the card at the position.

    Raises Unreadable for a side that is empty or too long.
    """
    context = context or NoteContext()
    if is_own_type(kind):
        content = _read_own_fields(fields, kind, context.files)
    else:
        content = _render_sides(fields, kind, position, context)
    for name, text in (("question", content.question), ("answer", content.answer)):
        if not text:
            raise Unreadable(f"There is no {name}")
        if len(text) > MAX_TEXT_CHARS:
            raise Unreadable(f"The {name} has more than {MAX_TEXT_CHARS:,} characters")
    return content


def find_mask(fields: Sequence[str], kind: NoteType, position: int, files: Container[str]) -> Mask | None:
    """Return the covered picture that the card at the position shows."""
    named = {each.name: text for each, text in zip(kind.fields, fields, strict=False)}
    covered = cover_fields(named, position + 1, files)
    return covered.mask if covered else None


def hash_content(question: str, answer: str) -> str:
    """Return the hash by which an export knows that a card still has the content of its note."""
    return hashlib.sha256(f"{question}\x1f{answer}".encode("utf-8", "replace")).hexdigest()[:16]


def is_rendered_from(question: str, answer: str, note: Note, kind: NoteType, place: NotePlace) -> bool:
    """Return whether the note gives a card this content."""
    context = NoteContext(tags=" ".join(note.tags), deck=place.deck, flag=place.flags)
    try:
        content = render_content(note.fields, kind, place.ord, context)
    except Unreadable:
        return False
    return (content.question, content.answer) == (question, answer)


def cut_explanation(text: str) -> tuple[str, tuple[str, ...]]:
    """Return as much of the text as an explanation may have, and what was left out in words for the user."""
    if len(text) <= MAX_TEXT_CHARS:
        return text, ()
    return text[:MAX_TEXT_CHARS], (f"The explanation was cut off after {MAX_TEXT_CHARS:,} characters",)


def parse_tags(tags: str | Sequence[str]) -> tuple[str, ...]:
    """Return as many tags as a card may have, each as long as it may be; the note keeps them all."""
    found = strip_controls(tags).split() if isinstance(tags, str) else tags
    return tuple(dict.fromkeys(tag[:MAX_TAG_CHARS].strip() for tag in found))[:MAX_TAGS]


def find_cut_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Return in words for the user what `parse_tags` leaves out of the tags."""
    long = [tag for tag in tags if len(tag) > MAX_TAG_CHARS]
    reasons = [
        f"The tag {tag[:MAX_TAG_CHARS]}… was cut off after {MAX_TAG_CHARS} characters" for tag in long[:1]
    ]
    if len(set(tags)) > MAX_TAGS:
        reasons.append(f"Of {len(set(tags))} tags the first {MAX_TAGS} were taken")
    return tuple(reasons)


def _read_own_fields(fields: Sequence[str], kind: NoteType, files: Container[str]) -> Content:
    read = [read_html(text, files) for text in (*fields, "", "", "")[:3]]
    question, answer, explanation = (each.text for each in read)
    is_cloze = kind.cloze and bool(question) and not find_gap_problem(question)
    cut, reasons = cut_explanation(explanation)
    left_out = tuple(dict.fromkeys(reason for each in read for reason in each.left_out))
    return Content(
        question, answer, cut, card_type="cloze" if is_cloze else "basic", left_out=(*left_out, *reasons)
    )


def _render_sides(fields: Sequence[str], kind: NoteType, position: int, context: NoteContext) -> Content:
    template = kind.templates[:1] if kind.cloze else kind.templates[position : position + 1]
    if not template or position < 0:
        raise Unreadable("The card template is missing in the file")
    named = {each.name: text for each, text in zip(kind.fields, fields, strict=False)}
    covered = cover_fields(named, position + 1, context.files)
    if covered is None and any("image-occlusion:" in text for text in fields):
        raise Unreadable("The image occlusion has no picture, or no shapes for this card")
    special = _build_special_fields(kind, template[0].name, context)
    sides = render(
        template[0].question,
        template[0].answer,
        {**special, **(covered.back if covered else named)},
        gap=position + 1 if kind.cloze or _shows_gaps(named) else None,
        front_fields={**special, **covered.front} if covered else None,
    )
    mask = covered.mask if covered else None
    return _build_content(sides, position, context.files, is_cloze=kind.cloze, mask=mask)


def _shows_gaps(named: Mapping[str, str]) -> bool:
    """Return whether a note of an ordinary type may show gaps, as the filter works there too."""
    return any("{{c" in text for text in named.values())


def _build_special_fields(kind: NoteType, template: str, context: NoteContext) -> dict[str, str]:
    """Return the fields that every note of Anki's has."""
    return {
        "Tags": " ".join(context.tags.split()),
        "Deck": context.deck,
        "Subdeck": context.deck.rpartition("::")[2],
        "Type": kind.name,
        "Card": template,
        "CardFlag": f"flag{context.flag}" if context.flag else "",
    }


def _build_content(
    sides: Sides, position: int, files: Container[str], *, is_cloze: bool, mask: Mask | None
) -> Content:
    left_out: dict[str, None] = {}

    @cache  # the back repeats the front
    def read(source: str) -> str:
        found = read_html(source, files)
        left_out.update(dict.fromkeys(found.left_out))
        return found.text

    question = _add_spoken(read(sides.folded_question), [read(each) for each in sides.spoken_question])
    hints = [f"{name}: {read(text)}" for name, text in sides.hints]
    if not question:  # all that there is on the front is folded
        question, hints = read(sides.question), []
    if not question:
        raise Unreadable("There is no question")
    hidden = [read(text) for field in sides.hidden for text in list_hidden(field, position + 1)]
    answer = _join_answer(
        question, above=read(sides.above), below=read(sides.answer), has_line=bool(sides.above)
    )
    answer = _add_spoken(answer, [read(each) for each in sides.spoken_answer], besides=question)
    answer = "\n".join(part for part in (", ".join(each for each in hidden if each), answer) if part)
    card_type: CardType = "reversed" if position and not is_cloze else "basic"
    if sides.hidden:
        is_sound = find_gap_problem(question) is None
        card_type, question = ("cloze", question) if is_sound else ("basic", mask_gaps(question))
    explanation, reasons = cut_explanation("\n".join(hints))
    return Content(question, answer, explanation, card_type, mask, left_out=(*left_out, *reasons))


def _add_spoken(text: str, spoken: Sequence[str], *, besides: str = "") -> str:
    """Return the text with the words that are only read aloud, unless they stand on the card anyway."""
    added = [words for words in dict.fromkeys(spoken) if words and words not in text and words not in besides]
    return "\n".join(part for part in (text, *added) if part)


def _join_answer(question: str, *, above: str, below: str, has_line: bool) -> str:
    """Return all that the back adds to the front.

    Above the line stands the front once more; without a line the back may begin with it.
    """
    asked = question.split("\n")
    if has_line:
        lines = set(asked)
        added = [line for line in above.split("\n") if line and line not in lines]
        return "\n".join(part for part in (*added, below) if part)
    rest = below.split("\n")
    while rest and asked and rest[0] == asked[0]:
        del rest[0], asked[0]
    return "\n".join(rest).strip("\n") or below
