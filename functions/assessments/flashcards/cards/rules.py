"""What follows from a card's fields: when it is due, how well it is known, how it is found."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.models import Flashcard, Mastery, Schedule, Status

MASTERED_FROM_DAYS = 21
DIFFICULT_UNDER_EASE = 2.0
DIFFICULT_FROM_LAPSES = 4
LEECH_FROM_LAPSES = 8
LEECH_AGAIN_AFTER = 4  # lapses more, where it was studied again

# Cloze markup as Anki writes it; a closing brace of the text itself, as in LaTeX, may stand before the gap's.
_GAP = re.compile(r"\{\{c\d{1,3}::(?!\s*(?:::|\}\}))(.+?)\}\}(?!\})", re.DOTALL)
_OPENING = re.compile(r"\{\{c\d*::")

_WORD = re.compile(r"\w+")
_INDEXED_WORDS = 40
LONGEST_TERM = 10


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which the day begins in the zone."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def next_review_at(card: Flashcard, zone: ZoneInfo) -> datetime:
    """When the card is due: from the start of its day, or since it was made where it was never reviewed."""
    if card.schedule.last_reviewed is None and card.due_on == card.schedule.scheduled_on:
        return card.created_at
    return start_of(card.due_on, zone)


def mastery_of(schedule: Schedule) -> Mastery:
    """Mastered goes before difficult: a card that holds for three weeks is known, however it got there."""
    if not schedule.total_reviews:
        return "new"
    if schedule.interval_days >= MASTERED_FROM_DAYS:
        return "mastered"
    if schedule.ease_factor < DIFFICULT_UNDER_EASE or schedule.lapses >= DIFFICULT_FROM_LAPSES:
        return "difficult"
    return "learning"


def is_leech(schedule: Schedule) -> bool:
    """A card that is forgotten again and again should rather be put otherwise: it stays marked."""
    return schedule.lapses >= LEECH_FROM_LAPSES


def leech_stage(lapses: int) -> int:
    """How often so many lapses make a card a leech: each time it is suspended."""
    return max(0, 1 + (lapses - LEECH_FROM_LAPSES) // LEECH_AGAIN_AFTER)


def settled(card: Flashcard) -> Flashcard:
    """The card with every derived field as its other fields have it."""
    suspended_by = card.suspended_by if card.status == "suspended" else None
    terms = search_terms(card.question, card.answer)
    return _timed(card.model_copy(update={"search_terms": terms, "suspended_by": suspended_by}))


def scheduled(card: Flashcard, schedule: Schedule) -> Flashcard:
    """The card after a review, or after one was taken back."""
    return _timed(card.model_copy(update={"schedule": schedule}))


def buried(card: Flashcard, until: date) -> Flashcard:
    return _timed(card.model_copy(update={"buried_until": until}))


def resumed(card: Flashcard, *, left: Status) -> Flashcard:
    """The card active again where its status is the one that is `left`."""
    return card.model_copy(update={"status": "active"}) if card.status == left else card


def gap_problem(question: str) -> str | None:
    """What is wrong with a cloze question, if anything is."""
    rest, gaps = _GAP.subn("", question)
    if not gaps or _OPENING.search(rest):
        return "A cloze question marks its gaps as {{c1::…}}"
    return None


def folded_words(text: str) -> list[str]:
    """The text's words without case and accents, each once, in order."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    return list(dict.fromkeys(_WORD.findall(kept)))


def search_terms(*texts: str) -> tuple[str, ...]:
    """The beginnings, up to ten characters, of the first forty words: what a search can ask for."""
    words = folded_words(" ".join(texts))[:_INDEXED_WORDS]
    return tuple(dict.fromkeys(prefix for word in words for prefix in _prefixes(word)))


def contains_all(card: Flashcard, wanted: Iterable[str]) -> bool:
    """Whether each wanted beginning begins a word of the card."""
    words = folded_words(f"{card.question} {card.answer}")
    return all(any(word.startswith(beginning) for word in words) for beginning in wanted)


def _timed(card: Flashcard) -> Flashcard:
    due = max(card.schedule.scheduled_on, card.buried_until or date.min)
    return card.model_copy(update={"due_on": due, "mastery": mastery_of(card.schedule)})


def _prefixes(word: str) -> Iterable[str]:
    return (word[:length] for length in range(1, min(len(word), LONGEST_TERM) + 1))
