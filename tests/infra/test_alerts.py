"""The table of alerts: each rings over traffic that needs somebody, and stays quiet over other traffic."""

import re
import shutil
import subprocess
from pathlib import Path
from string import Template
from typing import Any

import pytest
import yaml

from infra.groups import entries
from shared.web.router import Route

ROOT = Path(__file__).parents[2]
TABLE: dict[str, Any] = yaml.safe_load((ROOT / "infra" / "alerts.yaml").read_text("utf-8"))
ALERTS: dict[str, dict[str, str]] = TABLE["alerts"]
TITLES = sorted(alert["title"] for alert in ALERTS.values())

TRIED: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "alert_cases.yaml").read_text("utf-8"))


def render(alert: str) -> str:
    return Template(ALERTS[alert]["query"]).substitute(TRIED["values"])


def build_promtool_test(alert: str, case: dict[str, Any]) -> dict[str, Any]:
    rings = f"clamp_max(count({render(alert)}), 1) or vector(0)"
    expected = {"labels": "{}", "value": int(case["rings"])}
    return {
        "rule_files": [],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": name, "values": each} for name, each in case["series"].items()],
                "promql_expr_test": [
                    {"expr": rings, "eval_time": f"{case['at']}m", "exp_samples": [expected]}
                ],
            }
        ],
    }


@pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is missing: the queries of the alerts were not tried"
)
@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_rings_when_it_should_and_only_then(alert: str, tmp_path: Path) -> None:
    for number, case in enumerate(TRIED["cases"][alert]):
        file = tmp_path / f"{number}.yaml"
        file.write_text(yaml.safe_dump(build_promtool_test(alert, case)), "utf-8")
        run = subprocess.run(
            ["promtool", "test", "rules", file], capture_output=True, text=True, timeout=60, check=False
        )
        assert run.returncode == 0, f"{case['what']}: {run.stdout}{run.stderr}"


def test_each_alert_is_tried_with_traffic_of_both_kinds() -> None:
    tried = {alert: {case["rings"] for case in cases} for alert, cases in TRIED["cases"].items()}
    assert tried == {alert: {True, False} for alert in ALERTS}


@pytest.mark.parametrize("title", TITLES)
def test_the_guide_says_what_to_do_about_each_alert(title: str) -> None:
    guide = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert f"**{title}**" in guide


def test_the_guide_describes_no_alert_that_does_not_exist() -> None:
    guide = (ROOT / "docs" / "operations.md").read_text("utf-8")
    section = guide.partition("\n## Alerts\n")[2].partition("\n## ")[0]
    assert sorted(re.findall(r"^\*\*([^*]+)\*\* \(", section, re.MULTILINE)) == TITLES


def test_whoever_sends_a_file_or_waits_for_a_model_is_not_measured_with_the_others() -> None:
    slow = re.compile(TABLE["slow_routes"])
    routes = [route for entry in entries() for router in entry.load().routers for route in router.routes]
    limited = [route.path for route in routes if isinstance(route, Route) and route.body_limit is not None]
    streamed = [
        route.path
        for route in routes
        if isinstance(route, Route)
        and any("text/event-stream" in answer.get("content", {}) for answer in route.responses.values())
    ]
    creating_a_card = "/api/v1/assessments/flashcards/"  # whose limit allows a few long texts
    assert [path for path in {*limited, *streamed} - {creating_a_card} if not slow.search(path)] == []
    quick = ["/api/v1/assessments/flashcards/{card_id}/review/", "/api/v1/assessments/flashcards/due/"]
    assert [path for path in quick if slow.search(path)] == []
    assert all(path in {route.path for route in routes if isinstance(route, Route)} for path in quick)


def test_the_code_logs_every_field_that_a_metric_reads() -> None:
    metrics = (ROOT / "terraform" / "monitoring.tf").read_text("utf-8")
    code = "".join(
        file.read_text("utf-8")
        for folder in ("shared", "functions")
        for file in (ROOT / folder).rglob("*.py")
    )
    read = {*re.findall(r"jsonPayload\.(\w+)", metrics), *re.findall(r' field = "(\w+)"', metrics)} - {
        "logger"
    }
    assert {"dead_task", "failed_work", "outbox_oldest_seconds", "reads"} <= read
    assert {field for field in read if f'"{field}"' not in code} == set()
