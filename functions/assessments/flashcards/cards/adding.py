"""Adding of cards, one or many, within the caller's transaction."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from functions.assessments.flashcards.cards.changes import arrange_changes, save_changes
from functions.assessments.flashcards.cards.errors import CourseNotFound
from functions.assessments.flashcards.cards.models import Flashcard, NewCard, Schedule
from functions.assessments.flashcards.cards.rules import derive_fields
from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.flashcards.cards.tasks import ScheduleReminder
from shared.clock import Ids
from shared.published.courses import COURSE_SUMMARIES
from shared.published.flashcards import STATE, STUDY_STATES, StudyState
from shared.store import Store, Transaction


async def add_cards(
    tx: Transaction, *, user_id: str, cards: Sequence[NewCard], ids: Ids, now: datetime, today: date
) -> list[Flashcard]:
    """Add the cards with their counts; new cards are due on `today`, the user's day.

    Costs 1 read, 1 for each course, and what their notes take; 1 write, 1 for each card and each course, and
    2 with the very first card. Raises CourseNotFound; the transaction raises AlreadyExists for a card whose
    own id is taken.
    """
    state = await get_study_state(tx, user_id)
    await require_courses(tx, user_id=user_id, courses={card.course for card in cards}, state=state)
    added = [
        _build_card(
            card, card_id=card.id or ids.new(), today=today, now=now + timedelta(microseconds=position)
        )
        for position, card in enumerate(cards)  # so that lists keep the order of the request
    ]
    changes = await arrange_changes(tx, user_id=user_id, changes=[(None, card) for card in added])
    save_changes(tx, user_id=user_id, changes=changes)
    if added and not state.reminding:
        tx.merge(STUDY_STATES.doc(STATE, user=user_id), {"reminding": True})
        tx.enqueue(ScheduleReminder(user=user_id))
    return [card for before, card in changes if before is None and card is not None]


async def require_courses(
    reads: Store | Transaction, *, user_id: str, courses: set[str], state: StudyState
) -> None:
    """Raise CourseNotFound unless the user has all of the courses. Costs 1 read for each."""
    summaries = await reads.get_many(
        [COURSE_SUMMARIES.doc(course, user=user_id) for course in sorted(courses)]
    )
    if None in summaries or courses & set(state.forgotten_courses):
        raise CourseNotFound


def _build_card(new: NewCard, *, card_id: str, today: date, now: datetime) -> Flashcard:
    schedule = new.schedule or Schedule(scheduled_on=today)
    created_at = new.created_at or now
    fields = {**vars(new), "id": card_id, "schedule": schedule, "created_at": created_at}
    return derive_fields(Flashcard(**fields, due_on=schedule.scheduled_on, updated_at=created_at))
