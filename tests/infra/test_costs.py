"""The cost model: its arithmetic, and that its operations are those the routes declare."""

from pathlib import Path

import pytest
import yaml

from infra.costs import (
    DAYS,
    EVENT_SUBSCRIPTIONS,
    STUDENT,
    Action,
    Deployment,
    change_day,
    change_prices,
    count_month,
    count_usage,
    main,
    price_usage,
    render_table,
    sum_usd,
)
from infra.groups import entries, table
from infra.prices import MULTI_REGION, PRICES, PRICES_READ, Price
from shared.store import Cost
from shared.web.router import Route

NOTHING = Deployment(
    database_gib=0,
    objects_gib=0,
    metric_series=0,
    policies=0,
    rules=0,
    alerts=0,
    alert_series=0,
    schedules=0,
    secrets=0,
)


def used(*day: Action, students: float = 10) -> dict[str, float]:
    return count_month(students, day=day, platform=(), deployment=NOTHING)


def declared(group: str, method: str, path: str) -> Cost:
    entry = next(each for each in entries() if each.name == group)
    routes = (route for router in entry.load().routers for route in router.routes)
    return next(
        route.cost
        for route in routes
        if isinstance(route, Route) and route.path == path and method in (route.methods or ())
    )


def test_a_month_is_students_times_days_times_what_an_action_takes() -> None:
    assert used(Action("look", 2, reads=3, writes=1))["reads"] == 10 * DAYS * 2 * 3


def test_what_the_platform_does_is_independent_of_students() -> None:
    sweep = Action("sweep", 4, reads=1)
    few, many = (count_month(n, day=(), platform=[sweep], deployment=NOTHING) for n in (1, 1000))
    assert few == many
    assert few["reads"] == 4 * DAYS


def test_what_stands_is_paid_for_without_anybody() -> None:
    fixed = count_month(0, platform=())
    assert (fixed["balancer"], fixed["policies"], fixed["rules"]) == (1, 1, 4)


def test_an_event_is_charged_for_each_subscription() -> None:
    action = Action("tell", 1, requests=1, deliveries=2, events=1)
    taken = count_usage(action, NOTHING)
    assert (taken["events"], taken["calls"]) == (1 + EVENT_SUBSCRIPTIONS, 3)


def test_a_preflight_is_charged_before_each_request() -> None:
    taken = count_usage(Action("look", 1, requests=3, kib=2), NOTHING)
    assert (taken["calls"], taken["screened"], taken["egress"]) == (3, 6, 3 * 2.5)


def test_a_task_is_charged_when_it_is_added_and_when_it_is_delivered() -> None:
    assert count_usage(Action("plan", 1, tasks=3), NOTHING)["tasks"] == 6


def test_every_price_names_where_it_was_read() -> None:
    assert all(price.source.startswith("https://") for price in PRICES.values())
    documented = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    assert f"read on {PRICES_READ}" in documented
    missing = {price.source for price in PRICES.values() if price.source not in documented}
    assert missing == set()


def test_the_alerts_are_those_that_terraform_makes() -> None:
    alerts = yaml.safe_load((Path(__file__).parents[2] / "infra" / "alerts.yaml").read_text("utf-8"))
    assert Deployment().alerts == len(alerts["alerts"])


def test_a_line_is_the_units_used_times_the_price() -> None:
    (line,) = price_usage({"reads": 250.0}, {"reads": Price("Reads", "100", 100, 0.5)})
    assert (line.amount, line.usd) == (2.5, 1.25)


def test_the_table_sums_up() -> None:
    lines = price_usage(count_month(1000))
    assert sum_usd(lines) == pytest.approx(sum(line.amount * line.price.usd for line in lines))
    assert render_table(lines, 1000).columns[-1].footer == f"{sum_usd(lines):,.2f}"


def test_the_documented_table_is_the_computed_one() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    lines = price_usage(count_month(1000))
    missing = [
        line.price.label for line in lines if f"| {line.price.label} | {line.amount:,.2f} |" not in documented
    ]
    assert missing == []
    assert f"**{sum_usd(lines):,.2f}**" in documented


def test_everything_used_has_a_price_and_every_price_is_used() -> None:
    assert count_month(1).keys() == PRICES.keys()
    with pytest.raises(KeyError, match="gold"):
        price_usage({"gold": 1.0})


def test_prices_can_be_replaced() -> None:
    reads = price_usage(used(Action("look", 1, reads=1)), change_prices({"reads": 100_000.0}))[0]
    assert reads.usd == pytest.approx(10 * DAYS)
    with pytest.raises(KeyError):
        change_prices({"gold": 1.0})


def test_a_day_can_be_lived_otherwise() -> None:
    busy = {action.name: action for action in change_day({"reviews": 120})}
    assert busy["reviews"].per_day == 120
    assert len(busy) == len(STUDENT)


@pytest.mark.parametrize(
    ("name", "group", "method", "path", "items", "more"),
    [
        ("reviews", "assessments", "POST", "flashcards/{card_id}/review/", 0, (0, 0, 0)),
        ("due", "assessments", "GET", "flashcards/due/", 20, (0, 0, 0)),
        ("statistics", "assessments", "GET", "flashcards/stats/", 0, (0, 0, 0)),
        ("refreshes", "auth", "POST", "accounts/token-refresh/", 0, (0, 0, 0)),
        ("logins", "auth", "POST", "accounts/login/", 1, (0, 0, 0)),
        ("courses", "courses", "GET", "courses/", 4, (0, 0, 0)),
        ("uploads", "courses", "POST", "courses/{course_id}/documents/upload/", 0, (14, 12, 5)),
        ("generations", "assessments", "POST", "flashcards/generate/", 23, (2, 1, 0)),
        ("attempts", "assessments", "POST", "quizzes/{quiz_id}/start_attempt/", 11, (15, 12, 3)),
        ("answers", "assessments", "POST", "quiz-attempts/{attempt_id}/submit_response/", 0, (0, 0, 0)),
    ],
)
def test_operations_are_those_the_route_declares_and_what_follows(
    name: str, group: str, method: str, path: str, items: int, more: tuple[int, int, int]
) -> None:
    root = "/api/v1/assessments/" if group == "assessments" else "/api/v1/"
    cost = declared(group, method, root + path)
    action = next(action for action in STUDENT if action.name == name)
    assert (action.reads, action.writes, action.deletes) == (
        cost.reads + cost.reads_per_item * items + more[0],
        cost.writes + cost.writes_per_item * items + more[1],
        cost.deletes + more[2],
    )


def test_subscriptions_are_those_of_the_table() -> None:
    elsewhere = {kind for kinds in table()["topics"].values() for kind in kinds}
    events = [kind for entry in entries() for kind in entry.events if kind not in elsewhere]
    assert len(events) == EVENT_SUBSCRIPTIONS


def test_the_command_prints_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    free = [f"--price={name}=0" for name in PRICES if name != "balancer"]
    assert main([*free, "--students=10", "--day=reviews=1"]) == 0
    printed = capsys.readouterr().out
    assert "A month of 10 daily students" in printed
    assert "1.800 USD a student" in printed


def test_the_multi_region_costs_more(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--multi-region", "--students=0"]) == 0
    assert f"{MULTI_REGION['reads']:g}" in capsys.readouterr().out
    regional, multi_region = (
        sum_usd(price_usage(count_month(1000), prices)) for prices in (PRICES, change_prices(MULTI_REGION))
    )
    assert regional < multi_region
    documented = " ".join((Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8").split())
    assert f"{regional / 10:.1f} cents per student and month" in documented
    assert f"{multi_region:,.2f} dollars, {multi_region / 10:.1f} cents" in documented


def test_the_default_prices_are_of_the_location_that_terraform_chooses() -> None:
    terraform = (Path(__file__).parents[2] / "terraform" / "firestore.tf").read_text("utf-8")
    assert "coalesce(var.firestore_location, var.region)" in terraform
    assert all(MULTI_REGION[name] > PRICES[name].usd for name in MULTI_REGION)


@pytest.mark.parametrize("option", ["--price=gold=1", "--day=naps=2", "--price=reads=much"])
def test_an_unknown_name_or_no_number_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([option])
    assert option.partition("=")[0] in capsys.readouterr().err
