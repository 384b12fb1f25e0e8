"""Rules for the fields of a card that follow from others: due day, mastery, search terms."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from itertools import chain
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.models import Flashcard, Mastery, Schedule, Status
from functions.assessments.flashcards.cards.queues import get_group, place_alone
from shared.text.search import contains_words, get_inner_limit, list_inner_terms, split_words

MASTERED_FROM_DAYS = 21
MASTERED_AFTER_DAYS = 7  # between the first answer and the last
DIFFICULT_UNDER_EASE = 2.0
DIFFICULT_FROM_LAPSES = 4
LEECH_FROM_LAPSES = 8
LEECH_AGAIN_AFTER = 4  # more lapses of a card that was taken up again

# Cloze markup as Anki writes it. A brace of the text itself, as in LaTeX, may precede those that end the gap.
_GAP = re.compile(r"\{\{c\d{1,3}::(?!\s*(?:::|\}\}))(.+?)\}\}(?!\})", re.DOTALL)
_OPENING = re.compile(r"\{\{c\d*::")

_MAX_INDEXED_WORDS = 40
_MAX_TERMS = 400
_MAX_TERM_CHARS = 10


def to_local_day(instant: datetime, zone: ZoneInfo) -> date:
    """Return the calendar day of the instant in the zone."""
    return instant.astimezone(zone).date()


@lru_cache(maxsize=1024)  # cards of a page are due on few days
def to_day_start(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which the day starts in the zone."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def compute_next_review(card: Flashcard, zone: ZoneInfo) -> datetime:
    """Return the start of the card's due day, or the time of its creation if it was never reviewed."""
    if not card.schedule.total_reviews and card.due_on == card.schedule.scheduled_on:
        return card.created_at
    return to_day_start(card.due_on, zone)


def assess_mastery(schedule: Schedule) -> Mastery:
    """Return the mastery. Mastered goes before difficult: a card that holds for three weeks is known.

    No card is mastered within its first week, whatever a scheduler makes of its answers.
    """
    if not schedule.total_reviews:
        return "new"
    if schedule.interval_days >= MASTERED_FROM_DAYS and _has_lasted(schedule):
        return "mastered"
    if schedule.ease_factor < DIFFICULT_UNDER_EASE or schedule.lapses >= DIFFICULT_FROM_LAPSES:
        return "difficult"
    return "learning"


def _has_lasted(schedule: Schedule) -> bool:
    first, last = schedule.introduced_on, schedule.reviewed_on
    return first is None or last is None or (last - first).days >= MASTERED_AFTER_DAYS


def is_leech(schedule: Schedule) -> bool:
    """Return whether the card was forgotten so often that it should be reworded."""
    return schedule.lapses >= LEECH_FROM_LAPSES


def count_leech_stages(lapses: int) -> int:
    """Return how many times so many lapses have made a card a leech; each time it is suspended."""
    return max(0, 1 + (lapses - LEECH_FROM_LAPSES) // LEECH_AGAIN_AFTER)


def derive_fields(card: Flashcard) -> Flashcard:
    """Return the card with every derived field as it follows from the others.

    The place of a card with a note follows from its siblings, too (`queues.arrange`), and stays.
    """
    derived = {
        "suspended_by": card.suspended_by if card.status == "suspended" else None,
        "search_terms": list_search_terms(card.question, card.answer),
    }
    return _derive_schedule_fields(card.model_copy(update=derived))


def index_card(card: Flashcard) -> Flashcard:
    """Return the card with the terms that find it in a search."""
    return card.model_copy(update={"search_terms": list_search_terms(card.question, card.answer)})


def reschedule_card(card: Flashcard, schedule: Schedule) -> Flashcard:
    """Return the card with another schedule, and the fields that follow from it."""
    return _derive_schedule_fields(card.model_copy(update={"schedule": schedule}))


def bury_card(card: Flashcard, until: date | None) -> Flashcard:
    """Return the card, hidden until the day comes; None unburies it."""
    return _derive_schedule_fields(card.model_copy(update={"buried_until": until}))


def resume_card(card: Flashcard, *, left: Status) -> Flashcard:
    """Return the card active again, if its status is the one to leave."""
    return card.model_copy(update={"status": "active"}) if card.status == left else card


def find_gap_problem(question: str) -> str | None:
    """Return the message for a cloze question without proper gaps, or None."""
    end = question.rfind("}}") + 2  # no gap ends behind it: none is looked for from each opening to the end
    rest, gaps = _GAP.subn("", question[:end])
    if not gaps or _OPENING.search(rest + question[end:]):
        return "Mark each gap of a cloze question as {{c1::…}}"
    return None


def fold_words(text: str) -> list[str]:
    """Return the words of the text without case and accents, each once, in order."""
    return list(dict.fromkeys(split_words(text)))


def list_search_terms(*texts: str) -> tuple[str, ...]:
    """Return the beginnings, up to ten characters, of the first forty words, by which a search finds them.

    Where words are written without spaces, shorter terms begin at each letter, up to 400 terms in all.
    """
    words = fold_words(" ".join(texts))
    terms = dict.fromkeys(chain.from_iterable(map(_list_prefixes, words[:_MAX_INDEXED_WORDS])))
    for word in words:
        for term in () if word.isascii() else list_inner_terms(word):
            if len(terms) == _MAX_TERMS:
                return tuple(terms)
            terms[term] = None
    return tuple(terms)


def build_search_term(word: str) -> str:
    """Return the term that finds cards with a word; that they have the whole word is left to check."""
    return word[: get_inner_limit(word) or _MAX_TERM_CHARS]


def contains_all(card: Flashcard, wanted: Iterable[str]) -> bool:
    """Return whether each wanted beginning is that of a word of the card."""
    return contains_words(f"{card.question} {card.answer}", wanted)


def _derive_schedule_fields(card: Flashcard) -> Flashcard:
    due = max(card.schedule.scheduled_on, card.buried_until or date.min)
    after = card.model_copy(update={"due_on": due, "mastery": assess_mastery(card.schedule)})
    return after if get_group(card) else place_alone(after)


@lru_cache(maxsize=4096)  # the cards of a deck share most of their words
def _list_prefixes(word: str) -> tuple[str, ...]:
    return tuple(word[:length] for length in range(1, min(len(word), _MAX_TERM_CHARS) + 1))
