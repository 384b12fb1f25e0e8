"""Reviews by the other scheduler: FSRS takes over with all earlier reviews."""

from infra.local.demo.client import DemoFailed
from infra.local.demo.generation import FLASHCARDS
from infra.local.demo.journey import Journey
from infra.local.demo.pace import LOOKS, MAX_LOOKS
from infra.local.demo.review_answers import ReviewTaken, StudySettings
from infra.local.demo.reviews import review_card

SETTINGS = "/api/users/settings/"
CARDS = 3
GRADE = 4


async def review_by_fsrs(journey: Journey) -> str:
    """Choose FSRS and grade the best known cards once more; it counts the reviews made under SM-2."""
    cards = sorted(journey.intervals, key=journey.intervals.__getitem__, reverse=True)[:CARDS]
    if not cards:
        journey.screen.say("Nothing was reviewed, so there is nothing to review by FSRS.")
        return "nothing to review"
    change = {"review_scheduler": "fsrs"}
    settings = await journey.client.ask(StudySettings, "PATCH", SETTINGS, json=change)
    journey.screen.say(
        f"From now on {settings.review_scheduler.upper()} schedules: a card is due when recall has fallen to"
        f" {settings.desired_retention:.0%}. Earlier reviews count, as both schedulers keep track of them."
        " The scheduler sets the interval; the exam may bring the day nearer."
    )
    for number, card in enumerate(cards):
        before = journey.intervals[card]
        after = await (
            review_card(journey, card, GRADE) if number else _review_until_fsrs_decides(journey, card)
        )
        journey.intervals[card] = after.interval_days
        journey.screen.say_in_one_line(
            f"grade {GRADE}   {_describe_interval(after, before)}   {journey.due[card]}"
        )
    return f"{len(cards)} cards reviewed by FSRS, with their reviews by SM-2"


async def _review_until_fsrs_decides(journey: Journey, card: str) -> ReviewTaken:
    """Review once FSRS is in effect: settings take effect in the background.

    A review that came too early is undone.
    """
    for look in range(1, MAX_LOOKS + 1):
        await journey.client.sleep(LOOKS.pause_after(look).total_seconds())
        taken = await review_card(journey, card, GRADE)
        if taken.scheduler == "fsrs":
            return taken
        await journey.client.send("POST", f"{FLASHCARDS}{card}/undo/")
    raise DemoFailed(f"FSRS was not in effect after {MAX_LOOKS} reviews; see the log of the stack.")


def _describe_interval(after: ReviewTaken, before: int) -> str:
    """Describe the scheduler's interval, and the day, which an exam may bring nearer."""
    return f"{after.interval_days} d, before {before} d; next {after.next_review_date:%d %b}"
