"""The counts kept by increments are the counts one would count."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.flashcards.cards.counts import compute_increments
from functions.assessments.flashcards.cards.models import Flashcard, Schedule
from functions.assessments.flashcards.cards.rules import derive_fields
from shared.published.flashcards import CardStats
from shared.store import Increment

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = NOW.date()


def cards() -> st.SearchStrategy[Flashcard]:
    """A card in any state."""
    schedules = st.builds(
        Schedule,
        ease_factor=st.floats(1.3, 3),
        interval_days=st.integers(0, 60),
        lapses=st.integers(0, 6),
        successes=st.integers(0, 5),
        total_reviews=st.integers(0, 9),
        scheduled_on=st.dates(TODAY, TODAY + timedelta(days=9)),
    )
    return st.builds(
        Flashcard,
        id=st.just("c"),
        course=st.just("biology"),
        question=st.just("q"),
        answer=st.just("a"),
        difficulty_level=st.sampled_from(["easy", "medium", "hard"]),
        status=st.sampled_from(["active", "archived", "suspended"]),
        schedule=schedules,
        buried_until=st.none() | st.dates(TODAY, TODAY + timedelta(days=9)),
        due_on=st.just(TODAY),
        created_at=st.just(NOW),
        updated_at=st.just(NOW),
    ).map(derive_fields)


def add(totals: dict[str, Any], fields: dict[str, Any]) -> None:
    """Add increments as the store does in a merge."""
    for name, value in fields.items():
        if isinstance(value, dict):
            add(totals.setdefault(name, {}), value)
        else:
            assert isinstance(value, Increment)
            assert value.amount
            totals[name] = totals.get(name, 0) + value.amount


def recount(there: list[Flashcard]) -> CardStats:
    active = [card for card in there if card.status == "active"]
    return CardStats(
        id="all",
        total=len(there),
        active=len(active),
        reviews=sum(card.schedule.total_reviews for card in there),
        successes=sum(card.schedule.successes for card in there),
        by_difficulty=Counter(card.difficulty_level for card in there),
        by_mastery=Counter(card.mastery for card in there),
        due=Counter(card.due_on.isoformat() for card in active),
        placed=len(there),
        asked=Counter(
            f"{card.due_on}:{card.schedule.interval_days.bit_length()}"
            for card in active
            if card.mastery != "new"
        ),
        new=sum(card.mastery == "new" for card in active),
        new_from=Counter(
            card.buried_until.isoformat() for card in active if card.mastery == "new" and card.buried_until
        ),
    )


def without_zeros(stats: CardStats) -> dict[str, Any]:
    return {
        name: {key: count for key, count in value.items() if count} if isinstance(value, dict) else value
        for name, value in stats.model_dump().items()
    }


@given(st.lists(st.tuples(st.integers(0, 4), st.none() | cards()), max_size=30))
def test_the_sum_of_all_changes_is_a_recount(changes: list[tuple[int, Flashcard | None]]) -> None:
    there: dict[int, Flashcard | None] = {}
    totals: dict[str, Any] = {}
    for name, after in changes:
        add(totals, compute_increments(there.get(name), after))
        there[name] = after
    counted = recount([card for card in there.values() if card is not None])
    assert without_zeros(CardStats(id="all", **totals)) == without_zeros(counted)


@given(cards())
def test_what_does_not_change_counts_nothing(card: Flashcard) -> None:
    moved = card.model_copy(update={"question": "Another?", "updated_at": NOW + timedelta(days=1)})
    assert compute_increments(card, moved) == {}


def test_a_card_that_becomes_due_later_only_moves_its_day() -> None:
    schedule = Schedule(scheduled_on=TODAY)
    card = Flashcard(
        id="c", course="x", question="q", answer="a", schedule=schedule, due_on=TODAY, created_at=NOW,
        updated_at=NOW,
    )  # fmt: skip
    buried = derive_fields(card.model_copy(update={"buried_until": date(2026, 3, 3)}))
    assert compute_increments(derive_fields(card), buried) == {
        "due": {"2026-03-03": Increment(1), "2026-03-02": Increment(-1)},
        "new_from": {"2026-03-03": Increment(1)},
    }
