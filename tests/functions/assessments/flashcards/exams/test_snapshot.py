"""A course's cards as plans and forecasts see them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.cards.models import Flashcard, Schedule
from functions.assessments.flashcards.exams.snapshot import DeckSnapshot

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_card_that_only_sm2_knows_goes_on_from_there() -> None:
    schedule = Schedule(interval_days=12, repetitions=3, total_reviews=3, scheduled_on=date(2026, 3, 10))
    card = Flashcard(
        id="c", course="x", question="q", answer="a", schedule=schedule, due_on=schedule.scheduled_on,
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    new = card.model_copy(update={"schedule": Schedule(scheduled_on=NOW.date())})
    deck = DeckSnapshot.of([card, new], ZoneInfo("UTC"))
    ((known,), (due,)) = deck.studied, deck.new
    assert (known.memory.stability, known.last, due) == (12, date(2026, 2, 26), card.due_on)
