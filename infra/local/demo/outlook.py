"""The end of the way: how the learner stands, what comes, and the end of the session."""

from collections import Counter

from infra.local.demo.answers import ExamForecast, Forecast, Statistics
from infra.local.demo.charts import MARKERS, forecast_chart, forgetting_chart, legend
from infra.local.demo.client import DemoFailed
from infra.local.demo.generation import FLASHCARDS
from infra.local.demo.journey import Journey
from infra.local.demo.materials import COURSES

FORECAST_DAYS = 30
COLUMNS_PER_DAY = 3


async def show_statistics(journey: Journey) -> str:
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
    params = {"course": journey.course, "days": FORECAST_DAYS}
    forecast = await journey.client.ask(Forecast, "GET", f"{FLASHCARDS}forecast/", params=params)
    shown = forecast.days[: journey.screen.width // COLUMNS_PER_DAY]
    coming = sum(day.due for day in forecast.days)
    title = f"Cards due on each of the next {len(shown)} days"
    journey.screen.chart(title, forecast_chart(shown))
    told = f"{coming} cards due within {len(forecast.days)} days, {forecast.overdue} overdue"
    return told if forecast.exam is None else f"{told}; {_show_exam(journey, forecast.exam)}"


def _show_exam(journey: Journey, exam: ExamForecast) -> str:
    followed, otherwise = exam.expected_recall_on_exam_day, exam.expected_recall_if_nothing_reviewed
    journey.screen.say("")
    journey.screen.say(
        f"Expected recall of the {exam.cards} cards: {exam.expected_recall_now:.0%} today. On the exam day,"
        f" {exam.date:%d %B}: {followed:.0%} if the plan is followed, {otherwise:.0%} if nothing more is"
        " reviewed."
    )
    return f"{followed:.0%} expected on the exam day"


async def show_forgetting(journey: Journey) -> str:
    """Draw what the intervals of the cards just reviewed mean; this asks the API nothing."""
    counts = Counter(journey.intervals.values())
    intervals = dict(sorted(counts.items())[: len(MARKERS)])
    if not intervals:
        journey.screen.say("No card was reviewed, so there is no curve to draw.")
        return "no curve without reviews"
    chart = forgetting_chart(list(intervals), width=journey.screen.width)
    model = "Model: R(t) = exp(-t/S), a simplified Ebbinghaus curve; S such that 90 % are left when due."
    lines = ["   days from now", *legend(intervals), model]
    journey.screen.chart("Percent recalled if nothing is reviewed again", chart, lines)
    return f"{len(intervals)} curves, for intervals of {', '.join(map(str, intervals))} days"


async def sign_out(journey: Journey) -> str:
    """End the session, and see that its access token is refused from then on."""
    client = journey.client
    await client.send("POST", "/api/v1/accounts/logout/", json={"refresh": journey.refresh})
    after = await client.send("GET", COURSES, allow=(401,))
    client.access = None
    if after.status_code != 401:
        raise DemoFailed(f"The old access token still works: it got {after.status_code}.")
    journey.screen.say("Signed out. The old access token is refused now: 401 AUTHENTICATION_FAILED")
    return "signed out, the old token answers 401"
