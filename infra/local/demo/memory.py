"""The other scheduler: FSRS takes over with all that was reviewed before."""

from infra.local.demo.answers import ReviewTaken, StudySettings
from infra.local.demo.client import DemoFailed
from infra.local.demo.generation import FLASHCARDS
from infra.local.demo.journey import Journey
from infra.local.demo.materials import LOOKS, MAX_LOOKS
from infra.local.demo.practice import review

SETTINGS = "/api/users/settings/"
CARDS = 3
GRADE = 4


async def review_by_fsrs(journey: Journey) -> str:
    """Choose FSRS, and grade the best known cards once more: it knows what SM-2's reviews were."""
    cards = sorted(journey.intervals, key=journey.intervals.__getitem__, reverse=True)[:CARDS]
    if not cards:
        journey.screen.say("Nothing was reviewed, so there is nothing to review by FSRS.")
        return "nothing to review"
    change = {"review_scheduler": "fsrs"}
    settings = await journey.client.ask(StudySettings, "PATCH", SETTINGS, json=change)
    journey.screen.say(
        f"From now on {settings.review_scheduler.upper()} decides: a card is due when recall has fallen to"
        f" {settings.desired_retention:.0%}. What was reviewed before counts: both schedulers remember it."
        " The interval is the scheduler's; the day also minds the exam."
    )
    for number, card in enumerate(cards):
        before = journey.intervals[card]
        after = await (review(journey, card, GRADE) if number else _first_by_fsrs(journey, card))
        journey.intervals[card] = after.interval_days
        journey.screen.short(f"grade {GRADE}   {_told(after, before)}   {journey.due[card]}")
    return f"{len(cards)} cards reviewed by FSRS, with what SM-2 had reviewed"


async def _first_by_fsrs(journey: Journey, card: str) -> ReviewTaken:
    """The settings reach the reviews in the background; a review that was quicker is taken back."""
    for look in range(1, MAX_LOOKS + 1):
        await journey.client.sleep(LOOKS.pause_after(look).total_seconds())
        taken = await review(journey, card, GRADE)
        if taken.scheduler == "fsrs":
            return taken
        await journey.client.send("POST", f"{FLASHCARDS}{card}/undo/")
    raise DemoFailed(f"FSRS does not decide after {MAX_LOOKS} reviews.")


def _told(after: ReviewTaken, before: int) -> str:
    """The scheduler's interval, and the day that was chosen, which an exam may bring nearer."""
    return f"{after.interval_days} d, before {before} d; next {after.next_review_date:%d %b}"
