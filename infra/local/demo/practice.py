"""Learning: what is due, reviews one by one, reviews handed in late, and one taken back."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from itertools import cycle
from typing import Any

from infra.local.demo.answers import BatchTaken, DueCards, Flashcard, Reviewed, ReviewTaken
from infra.local.demo.client import DemoFailed
from infra.local.demo.generation import FLASHCARDS
from infra.local.demo.journey import Journey
from infra.local.demo.screen import asked

GRADES = (5, 4, 3, 5, 2, 4, 5, 1, 4, 3, 5, 0)  # on SM-2's scale, the same in each run
WRONG = 0
LATE_REVIEWS = ((), ((7, 4),), ((7, 4), (6, 5)))  # (days ago, grade), for one card after another
MOST_DUE = 100


async def list_due(journey: Journey) -> str:
    params = {"course": journey.course, "limit": MOST_DUE}
    due = await journey.client.ask(DueCards, "GET", f"{FLASHCARDS}due/", params=params)
    journey.due = {card.id: asked(card.question) for card in due.root}
    fresh = sum(not card.total_reviews for card in due.root)
    told = f"{len(due.root)} due now, {fresh} of them new"
    journey.screen.say(told)
    return told


async def review_all(journey: Journey) -> str:
    """Grade each due card and show when it comes back."""
    given: Counter[int] = Counter()
    for (card, question), grade in zip(journey.due.items(), cycle(GRADES), strict=False):
        after = await review(journey, card, grade)
        given[grade] += 1
        journey.intervals[card] = after.interval_days
        journey.screen.short(f"grade {grade}   {_next(after)}   {question}")
    return f"{given.total()} reviews; grades {_spread(given)}"


async def hand_in_late(journey: Journey) -> str:
    """Hand in reviews as of a phone that was offline, twice: the second time changes nothing."""
    reviews = _late_reviews(journey)
    if not reviews:
        journey.screen.say("No new card was reviewed, so there is nothing to hand in.")
        return "nothing to hand in"
    path, body = f"{FLASHCARDS}reviews/batch/", {"reviews": reviews}
    first = await journey.client.ask(BatchTaken, "POST", path, json=body)
    again = await journey.client.ask(BatchTaken, "POST", path, json=body)
    journey.intervals |= {card.id: card.interval_days for card in first.flashcards}
    journey.screen.say(
        f"As if a phone had been offline for a week: {len(reviews)} reviews dated 6 and 7 days ago."
        f" {first.accepted} accepted, and each card's history was played again in the order of time."
    )
    journey.screen.say(f"Sent once more: {again.accepted} accepted, {again.duplicates} known already.")
    journey.screen.say(f"Intervals now: {_spread(Counter(journey.intervals.values()), unit=' d')}")
    return f"{first.accepted} late reviews in one call, {again.duplicates} known when sent again"


async def take_back(journey: Journey) -> str:
    """Grade the best known card wrongly, by mistake, and undo it: its schedule must be what it was."""
    if not journey.intervals:
        journey.screen.say("Nothing was reviewed, so there is nothing to take back.")
        return "nothing to take back"
    card = max(journey.intervals, key=journey.intervals.__getitem__)
    path = f"{FLASHCARDS}{card}/"
    before = await journey.client.ask(Flashcard, "GET", path)
    wrong = await review(journey, card, WRONG)
    restored = await journey.client.ask(Flashcard, "POST", f"{path}undo/")
    if restored.schedule != before.schedule:
        raise DemoFailed(f"Undo left {restored.schedule}, not {before.schedule}.")
    journey.screen.short(journey.due[card])
    journey.screen.say(f"before           {_state(before)}")
    journey.screen.say(f"graded {WRONG}, wrong  {_state(wrong)}")
    journey.screen.say(f"taken back       {_state(restored)}")
    return "one wrong grade taken back, the schedule is as before"


def _late_reviews(journey: Journey) -> list[dict[str, Any]]:
    noon = datetime.combine(journey.today, time(12), tzinfo=UTC)
    fresh = [card for card in journey.due if card in journey.cards]
    return [
        {
            "flashcard": card,
            "quality_response": grade,
            "client_review_id": f"demo-{card}-{days}",
            "reviewed_at": (noon - timedelta(days=days)).isoformat(),
        }
        for card, history in zip(fresh, cycle(LATE_REVIEWS), strict=False)
        for days, grade in history
    ]


async def review(journey: Journey, card: str, grade: int) -> ReviewTaken:
    """Grade a card now."""
    body = {"quality_response": grade, "response_time_seconds": 4 + grade}
    return await journey.client.ask(ReviewTaken, "POST", f"{FLASHCARDS}{card}/review/", json=body)


def _next(after: Reviewed) -> str:
    return f"next {after.next_review_date:%d %b} (in {after.interval_days} d, ease {after.ease_factor:.2f})"


def _state(card: Reviewed) -> str:
    return f"repetition {card.repetitions}, {_next(card)}"


def _spread(counts: Counter[int], *, unit: str = "") -> str:
    return ", ".join(f"{value}{unit} × {count}" for value, count in sorted(counts.items()))
