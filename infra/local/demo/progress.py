"""The last steps: statistics, forecast, forgetting curves, and the end of the session."""

from collections import Counter

from infra.local.demo.charts import MARKERS, describe_curves, draw_forecast, draw_forgetting
from infra.local.demo.client import DemoFailed
from infra.local.demo.generation import FLASHCARDS
from infra.local.demo.journey import Journey
from infra.local.demo.materials import COURSES
from infra.local.demo.review_answers import ExamForecast, Forecast, Statistics

FORECAST_DAYS = 30
COLUMNS_PER_DAY = 3


async def show_statistics(journey: Journey) -> str:
    """Show the statistics of the course's cards."""
    params = {"course": journey.course}
    stats = await journey.client.ask(Statistics, "GET", f"{FLASHCARDS}stats/", params=params)
    mastery = ", ".join(f"{level.level} {level.count}" for level in stats.by_mastery)
    rate = f"{stats.average_success_rate:.0%}"
    journey.screen.say(
        f"{stats.total_flashcards} cards, {stats.due_flashcards} due, {rate} of reviews passed"
    )
    journey.screen.say(f"By mastery: {mastery}")
    return f"{stats.total_flashcards} cards, {rate} of reviews passed"


async def show_forecast(journey: Journey) -> str:
    """Draw the cards due on the coming days, and the recall expected on the exam day."""
    params = {"course": journey.course, "days": FORECAST_DAYS}
    forecast = await journey.client.ask(Forecast, "GET", f"{FLASHCARDS}forecast/", params=params)
    visible_days = forecast.days[: journey.screen.width // COLUMNS_PER_DAY]
    due_count = sum(day.due for day in forecast.days)
    title = f"Cards due on each of the next {len(visible_days)} days"
    journey.screen.show_chart(title, draw_forecast(visible_days))
    outcome = f"{due_count} cards due within {len(forecast.days)} days, {forecast.overdue} overdue"
    return outcome if forecast.exam is None else f"{outcome}; {_show_exam(journey, forecast.exam)}"


def _show_exam(journey: Journey, exam: ExamForecast) -> str:
    planned = f"{exam.expected_recall_on_exam_day:.0%}"
    unplanned = f"{exam.expected_recall_if_nothing_reviewed:.0%}"
    journey.screen.say("")
    journey.screen.say(
        f"Expected recall of the {exam.cards} cards: {exam.expected_recall_now:.0%} today. On the exam day,"
        f" {exam.date:%d %B}: {planned} if the plan is followed, {unplanned} if nothing more is reviewed."
    )
    return f"{planned} expected on the exam day"


async def show_forgetting(journey: Journey) -> str:
    """Draw what the intervals of the cards just reviewed mean; this asks the API nothing."""
    counts = Counter(journey.intervals.values())
    intervals = dict(sorted(counts.items())[: len(MARKERS)])
    if not intervals:
        journey.screen.say("No card was reviewed, so there is no curve to draw.")
        return "no curve without reviews"
    chart = draw_forgetting(list(intervals), width=journey.screen.width)
    model = "Model: R(t) = exp(-t/S), a simplified Ebbinghaus curve; S such that 90 % are left when due."
    lines = ["   days from now", *describe_curves(intervals), model]
    journey.screen.show_chart("Percent recalled if nothing is reviewed again", chart, lines)
    return f"{len(intervals)} curves, for intervals of {', '.join(map(str, intervals))} days"


async def sign_out(journey: Journey) -> str:
    """End the session and check that its access token is refused from then on."""
    client = journey.client
    await client.send("POST", "/api/v1/accounts/logout/", json={"refresh": journey.refresh})
    refused = await client.send("GET", COURSES, allow=(401,))
    client.access = None
    if refused.status_code != 401:
        raise DemoFailed(f"The old access token still works: the answer was {refused.status_code}.")
    journey.screen.say("Signed out. The old access token is now refused: 401 AUTHENTICATION_FAILED")
    return "signed out, the old token is refused"
