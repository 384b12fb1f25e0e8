"""`python -m infra.costs`: print the costs of a month on Google Cloud, operations times list prices."""

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rich.console import Console
from rich.table import Table

from infra.prices import MULTI_REGION, PRICES, Price

DAYS = 30
STUDENTS = 1_000

_SECONDS_PER_DAY = 24 * 60 * 60
_SECONDS_PER_EVALUATION = 30
# Pub/Sub charges an event when it is published and for each subscription of its topic, even one that filters
# it out. A group has a subscription for each type that it receives (infra/functions.yaml).
EVENT_SUBSCRIPTIONS = 15


# Browsers ask before each request of a frontend with another address: they remember an answer by the URL, and
# most URLs bear an id. The load balancer answers these without a function.
_PREFLIGHTS = 1.0
_PREFLIGHT_KIB = 0.5


@dataclass(frozen=True, slots=True)
class Action:
    """An action of a user or of the platform, and what it uses each time, with all its consequences."""

    name: str
    per_day: float
    reads: float = 0
    writes: float = 0
    deletes: float = 0
    requests: float = 1  # through the load balancer
    deliveries: float = 0  # events and tasks, each a request to a function
    events: float = 0  # published
    tasks: float = 0
    seconds: float = 0.05  # of an instance without other requests: an upper bound
    kib: float = 2  # of the answer
    tokens_in: float = 0
    tokens_out: float = 0


# A student's day. Frequencies, seconds, sizes and tokens are assumptions. Operations are the maxima that
# routes declare, which a test compares, and those of consumers and tasks, counted in their code.
STUDENT: tuple[Action, ...] = (
    # POST …/{id}/review/
    Action("reviews", 60, reads=4, writes=3),
    # The task activity.roll_up, once for twenty reviews of a course: reads user, statistics of all and of the
    # course, day and progress, and writes the last four and an activity.
    Action("roll-ups", 3, reads=5, writes=5, requests=0, deliveries=1, tasks=1),
    # GET flashcards/due/: 6 at most, and a read for each of 20 cards
    Action("due", 3, reads=6 + 20, kib=20),
    # GET flashcards/stats/
    Action("statistics", 2, reads=4),
    # POST accounts/token-refresh/
    Action("refreshes", 4, reads=1, writes=1, deletes=1),
    # POST accounts/login/ with one session open, its entry in the audit log included
    Action("logins", 0.1, reads=10 + 1, writes=7 + 1, deletes=1, seconds=0.3),
    # GET courses/ with 4 courses
    Action("courses", 2, reads=6 + 2 * 4, kib=4),
    # POST documents/upload/: 12, 9, 2. Then, estimated, functions/courses/processing: start, next check,
    # hand-over and end, each a transaction; an activity; no webhook.
    Action(
        "uploads",
        0.1,
        reads=12 + 14,
        writes=9 + 12,
        deletes=2 + 5,
        deliveries=7,
        events=3,
        tasks=4,
        seconds=3,
    ),
    # GET processing_status/ as a stream: 3, and 2 a second for 10 seconds
    Action("watching", 0.1, reads=3 + 2 * 10, seconds=10),
    # POST flashcards/generate/: 20 cards of 3 documents in a course of at least 200 cards (about 200 reads
    # fewer in a new course). Then an activity, and a query for webhooks.
    Action(
        "generations",
        0.2,
        reads=212 + 2 * 23 + 2,
        writes=14 + 23 + 1,
        deletes=1,
        deliveries=2,
        events=1,
        seconds=15,
        kib=30,
        tokens_in=8_000,
        tokens_out=3_500,
    ),
    # POST quizzes/{id}/start_attempt/: 10 questions and the sheet that keeps them. POST complete/: 3, 4, 1.
    # Its event: activity (4, 3), ratings (4, 3, 1) and statistics (2, 2, 1) with markers that expire, a query
    # for webhooks. The task of the time limit: 1 read.
    Action(
        "attempts",
        0.5,
        reads=7 + 11 + 3 + 4 + 4 + 2 + 1 + 1,
        writes=5 + 11 + 4 + 3 + 3 + 2,
        deletes=1 + 1 + 1 + 1,
        requests=2,
        deliveries=4,
        events=1,
        tasks=1,
        seconds=0.5,
        kib=30,
    ),
    # POST quiz-attempts/{id}/submit_response/ for each of the 10
    Action("answers", 5, reads=3, writes=1),
)

# The day that tests/whole/test_student_day.py lives on the local stack: sign in, the dashboard twice, 40
# reviews in two sittings, a quiz of ten questions, 6 flashcards generated from a small document, a reminder.
# Everything but the seconds and tokens is measured by that test, deliveries included.
SCRIPTED_DAY = Action(
    "scripted day",
    1,
    reads=356,
    writes=172,
    deletes=4,
    requests=58,
    deliveries=9,
    events=2,
    tasks=4,
    seconds=0.05 * (58 + 9),
    kib=1,
)

# Actions that do not depend on students.
PLATFORM: tuple[Action, ...] = (
    # GET /api/health/ each minute from six places (monitoring.tf): 1 read
    Action("health", 6 * 1440, reads=1, kib=1),
    # The sweep of the outbox each minute (infra/functions.yaml): each of two empty queries counts as a read
    Action("sweeps", 1440, reads=2, requests=0, deliveries=1),
    # The heads of the audit log each hour: 64, the publication before, an event through the outbox
    Action("audit heads", 24, reads=1 + 64, writes=2, deletes=1, requests=0, deliveries=1, events=1),
)


@dataclass(frozen=True, slots=True)
class Deployment:
    """Resources that a deployment has all month, and assumed sizes."""

    # Of a student after a year: 60 reviews a day of 1 KiB with indexes, and cards; an upload of 2 MiB in ten
    # days.
    database_gib: float = 0.03
    objects_gib: float = 0.07
    memory_gib: float = 1.0  # of an instance; the maximum in infra/functions.yaml
    request_log_kib: float = 4.0  # lines of the product, the platform and the load balancer
    delivery_log_kib: float = 2.0
    preflight_log_kib: float = 1.0  # of the load balancer
    metric_series: int = 23  # five metrics of four groups, and three of single lines (monitoring.tf)
    metric_point_bytes: int = 80  # of a distribution, per minute
    policies: int = 1
    rules: int = 4  # preflights, two limits and the default (network.tf)
    alerts: int = 18  # conditions (infra/alerts.yaml)
    alert_series: int = 35  # of all conditions: one for each group, subscription, queue or function
    schedules: int = 2
    secrets: int = 7

    def count_usage(self, students: float) -> dict[str, float]:
        points = self.metric_series * DAYS * _SECONDS_PER_DAY / 60
        return {
            "database": students * self.database_gib,
            "objects": students * self.objects_gib,
            "balancer": 1,
            "policies": self.policies,
            "rules": self.rules,
            "metrics": points * self.metric_point_bytes / 1024,
            "alerts": self.alerts,
            "evaluations": self.alert_series * DAYS * _SECONDS_PER_DAY / _SECONDS_PER_EVALUATION,
            "schedules": self.schedules,
            "secrets": self.secrets,
        }


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: what is used of a resource and its price."""

    price: Price
    amount: float  # units of the price
    usd: float


def count_usage(action: Action, deployment: Deployment) -> dict[str, float]:
    """Return what an action uses each time, by the names of the prices."""
    calls = action.requests + action.deliveries
    preflights = action.requests * _PREFLIGHTS
    return {
        "reads": action.reads,
        "writes": action.writes,
        "deletes": action.deletes,
        "cpu": action.seconds,
        "memory": action.seconds * deployment.memory_gib,
        "calls": calls,
        "events": action.events * (1 + EVENT_SUBSCRIPTIONS),
        "tasks": action.tasks * 2,  # added and delivered
        "egress": action.kib * action.requests + preflights * _PREFLIGHT_KIB,
        "balanced": action.kib * action.requests + preflights * _PREFLIGHT_KIB,
        "screened": action.requests + preflights,
        "logs": action.requests * deployment.request_log_kib
        + preflights * deployment.preflight_log_kib
        + action.deliveries * deployment.delivery_log_kib,
        "tokens_in": action.tokens_in,
        "tokens_out": action.tokens_out,
    }


def count_month(
    students: float,
    *,
    day: Iterable[Action] = STUDENT,
    platform: Iterable[Action] = PLATFORM,
    deployment: Deployment | None = None,
) -> dict[str, float]:
    """Return the usage of a month, by the names of the prices."""
    deployment = deployment or Deployment()
    total = deployment.count_usage(students)
    times = [(action, action.per_day * students) for action in day]
    times += [(action, action.per_day) for action in platform]
    for action, per_day in times:
        for name, amount in count_usage(action, deployment).items():
            total[name] = total.get(name, 0.0) + amount * per_day * DAYS
    return total


def price_usage(usage: Mapping[str, float], prices: Mapping[str, Price] = PRICES) -> list[Line]:
    """Return a line for each price. Raises KeyError for usage without a price."""
    unpriced = usage.keys() - prices.keys()
    if unpriced:
        raise KeyError(*sorted(unpriced))
    amounts = {name: usage.get(name, 0.0) / price.per for name, price in prices.items()}
    return [Line(price, amounts[name], amounts[name] * price.usd) for name, price in prices.items()]


def sum_usd(lines: Iterable[Line]) -> float:
    """Add up the lines, in dollars."""
    return sum(line.usd for line in lines)


def change_prices(changes: Mapping[str, float], prices: Mapping[str, Price] = PRICES) -> dict[str, Price]:
    """Replace some prices, in dollars for their unit. Raises KeyError for an unknown name."""
    return {**prices, **{name: replace(prices[name], usd=usd) for name, usd in changes.items()}}


def change_day(changes: Mapping[str, float], day: Iterable[Action] = STUDENT) -> list[Action]:
    """Replace how often some actions happen. Raises KeyError for an unknown name."""
    actions = {action.name: action for action in day}
    return list((actions | {name: replace(actions[name], per_day=n) for name, n in changes.items()}).values())


def render_table(lines: Sequence[Line], students: int) -> Table:
    """Show the lines of a month with their sum in the footer."""
    table = Table(title=f"A month of {students:,} daily students", show_footer=True)
    table.add_column("Resource", footer="Total")
    table.add_column("Amount", justify="right")
    table.add_column("Unit")
    table.add_column("USD a unit", justify="right", footer="USD a month")
    table.add_column("USD", justify="right", footer=f"{sum_usd(lines):,.2f}")
    for line in lines:
        price = line.price
        table.add_row(price.label, f"{line.amount:,.2f}", price.unit, f"{price.usd:g}", f"{line.usd:,.2f}")
    return table


def _setting(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    return name, float(value)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m infra.costs", description="Estimate the costs of a month."
    )
    parser.add_argument(
        "--students", type=int, default=STUDENTS, help="number of students who learn each day"
    )
    parser.add_argument("--multi-region", action="store_true", help="Firestore in eur3, not in one region")
    for option, names in (("--price", list(PRICES)), ("--day", [action.name for action in STUDENT])):
        text = f"NAME=NUMBER, may be repeated; names: {', '.join(names)}"
        parser.add_argument(option, type=_setting, action="append", default=[], help=text)
    arguments = parser.parse_args(argv)
    known = {"price": PRICES.keys(), "day": {action.name for action in STUDENT}}
    for option, names_known in known.items():
        unknown = [name for name, _ in getattr(arguments, option) if name not in names_known]
        if unknown:
            parser.error(f"--{option} has no name {', '.join(unknown)}")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Print the costs of a month for the number of students, day and prices of the arguments."""
    arguments = _arguments(argv)
    prices = change_prices({**(MULTI_REGION if arguments.multi_region else {}), **dict(arguments.price)})
    lines = price_usage(count_month(arguments.students, day=change_day(dict(arguments.day))), prices)
    console = Console()
    console.print(render_table(lines, arguments.students))
    each = sum_usd(lines) / arguments.students if arguments.students else 0.0
    console.print(f"{each:.3f} USD a student and month; free tiers are not deducted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
