"""Siblings, cards of one note: they give each other's answers away, so they are not asked on one day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from functions.assessments.flashcards.cards.changes import find_notes
from functions.assessments.flashcards.cards.models import Flashcard
from functions.assessments.flashcards.cards.rules import bury_card
from functions.assessments.flashcards.scheduling.models import Review
from shared.store import Transaction


async def find_note(tx: Transaction, *, user_id: str, card: Flashcard) -> list[Flashcard]:
    """Return the cards of the card's note in its course, itself among them; none without a note.

    Costs a read for each card of the note.
    """
    if card.note is None:
        return []
    cards = await find_notes(tx, user_id=user_id, notes=[card.note])
    return [each for each in cards if each.course == card.course]


def select_siblings(cards: Iterable[Flashcard], card: Flashcard) -> list[Flashcard]:
    """Return the other active cards of the note."""
    return [each for each in cards if each.id != card.id and each.status == "active"]


def restore_siblings(siblings: Sequence[Flashcard], review: Review) -> list[tuple[Flashcard, Flashcard]]:
    """Return the siblings that the review has postponed, before and after they are as they were.

    They stay postponed where another card of the note was answered later on the day.
    """
    day = review.day + timedelta(days=1)
    moved = [card for card in siblings if card.id in review.postponed and card.buried_until == day]
    if any(_is_answered_later(card, review) for card in siblings):
        return []
    return [(card, bury_card(card, review.postponed[card.id])) for card in moved]


def _is_answered_later(card: Flashcard, review: Review) -> bool:
    at, day = card.schedule.last_reviewed, card.schedule.reviewed_on
    return at is not None and day == review.day and at > review.reviewed_at


def postpone_siblings(siblings: Iterable[Flashcard], day: date) -> list[tuple[Flashcard, Flashcard]]:
    """Return the siblings that are due by the day, before and after they are moved to the day after it."""
    return [(card, bury_card(card, day + timedelta(days=1))) for card in siblings if card.due_on <= day]


def note_postponed(reviews: Sequence[Review], moved: Iterable[tuple[Flashcard, Flashcard]]) -> list[Review]:
    """Return the reviews, the first of the last day with the siblings that this day's answers have moved.

    So these come back when no answer of the day is left, in whatever order the answers arrived.
    """
    of_day = [review for review in reviews if review.day == reviews[-1].day]
    postponed = {before.id: before.buried_until for before, _ in moved}
    for review in reversed(of_day):
        postponed |= review.postponed
    noted: dict[str, dict[str, date | None]] = {review.id: {} for review in of_day}
    noted[of_day[0].id] = postponed
    return [
        review.model_copy(update={"postponed": noted[review.id]}) if review.id in noted else review
        for review in reviews
    ]
