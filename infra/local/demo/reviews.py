"""Reviews: the due cards one by one, a late batch, and one that is undone."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from itertools import cycle
from typing import Any

from infra.local.demo.client import DemoFailed
from infra.local.demo.generation import FLASHCARDS
from infra.local.demo.journey import Journey
from infra.local.demo.review_answers import BatchTaken, DueCards, Flashcard, Reviewed, ReviewTaken
from infra.local.demo.screen import render_question

GRADES = (5, 4, 3, 5, 2, 4, 5, 1, 4, 3, 5, 0)  # on SM-2's scale, the same in each run
WRONG = 0
LATE_REVIEWS = ((), ((7, 4),), ((7, 4), (6, 5)))  # (days ago, grade), for one card after another
MAX_DUE_CARDS = 100


async def list_due(journey: Journey) -> str:
    """List the due cards."""
    params = {"course": journey.course, "limit": MAX_DUE_CARDS}
    due = await journey.client.ask(DueCards, "GET", f"{FLASHCARDS}due/", params=params)
    journey.due = {card.id: render_question(card.question) for card in due.root}
    new_count = sum(not card.total_reviews for card in due.root)
    outcome = f"{len(due.root)} due now, {new_count} of them new"
    journey.screen.say(outcome)
    return outcome


async def review_all(journey: Journey) -> str:
    """Grade each due card and show when it comes back."""
    grades: Counter[int] = Counter()
    for (card, question), grade in zip(journey.due.items(), cycle(GRADES), strict=False):
        after = await review_card(journey, card, grade)
        grades[grade] += 1
        journey.intervals[card] = after.interval_days
        journey.screen.say_in_one_line(f"grade {grade}   {_describe_next(after)}   {question}")
    return f"{grades.total()} reviews; grades {_format_counts(grades)}"


async def submit_late_reviews(journey: Journey) -> str:
    """Submit reviews as of a phone that was offline, twice: the second time changes nothing."""
    reviews = _build_late_reviews(journey)
    if not reviews:
        journey.screen.say("No new card was reviewed, so there is nothing to submit late.")
        return "nothing to submit"
    path, body = f"{FLASHCARDS}reviews/batch/", {"reviews": reviews}
    first = await journey.client.ask(BatchTaken, "POST", path, json=body)
    again = await journey.client.ask(BatchTaken, "POST", path, json=body)
    journey.intervals |= {card.id: card.interval_days for card in first.flashcards}
    journey.screen.say(
        f"As if a phone had been offline for a week: {len(reviews)} reviews dated 6 and 7 days ago."
        f" {first.accepted} accepted; each card's history was replayed in order of time."
    )
    journey.screen.say(f"Sent again: {again.accepted} accepted, {again.duplicates} duplicates.")
    journey.screen.say(f"Intervals now: {_format_counts(Counter(journey.intervals.values()), unit=' d')}")
    return f"{first.accepted} late reviews in one call; sent again, {again.duplicates} duplicates"


async def undo_review(journey: Journey) -> str:
    """Grade the best known card wrongly, as if by mistake, and undo it: its schedule must be as before."""
    if not journey.intervals:
        journey.screen.say("Nothing was reviewed, so there is nothing to undo.")
        return "nothing to undo"
    card = max(journey.intervals, key=journey.intervals.__getitem__)
    path = f"{FLASHCARDS}{card}/"
    before = await journey.client.ask(Flashcard, "GET", path)
    mistaken = await review_card(journey, card, WRONG)
    restored = await journey.client.ask(Flashcard, "POST", f"{path}undo/")
    if restored.schedule != before.schedule:
        raise DemoFailed(f"Undo restored {restored.schedule} instead of {before.schedule}.")
    journey.screen.say_in_one_line(journey.due[card])
    journey.screen.say(f"before           {_describe_state(before)}")
    journey.screen.say(f"graded {WRONG}, wrong  {_describe_state(mistaken)}")
    journey.screen.say(f"undone           {_describe_state(restored)}")
    return "one wrong grade undone, the schedule is as before"


def _build_late_reviews(journey: Journey) -> list[dict[str, Any]]:
    noon = datetime.combine(journey.today, time(12), tzinfo=UTC)
    new_cards = [card for card in journey.due if card in journey.cards]
    return [
        {
            "flashcard": card,
            "quality_response": grade,
            "client_review_id": f"demo-{card}-{days}",
            "reviewed_at": (noon - timedelta(days=days)).isoformat(),
        }
        for card, history in zip(new_cards, cycle(LATE_REVIEWS), strict=False)
        for days, grade in history
    ]


async def review_card(journey: Journey, card: str, grade: int) -> ReviewTaken:
    """Grade a card now."""
    body = {"quality_response": grade, "response_time_seconds": 4 + grade}
    return await journey.client.ask(ReviewTaken, "POST", f"{FLASHCARDS}{card}/review/", json=body)


def _describe_next(after: Reviewed) -> str:
    return f"next {after.next_review_date:%d %b} (in {after.interval_days} d, ease {after.ease_factor:.2f})"


def _describe_state(card: Reviewed) -> str:
    return f"repetition {card.repetitions}, {_describe_next(card)}"


def _format_counts(counts: Counter[int], *, unit: str = "") -> str:
    return ", ".join(f"{value}{unit} × {count}" for value, count in sorted(counts.items()))
