"""The Terraform configuration is valid, formatted, and passes its own tests, without a cloud."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from shared.services import Services
from shared.settings import Settings
from shared.web.app import create_app
from tests.deadlines import PROCESS_SECONDS

ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT / "terraform"
CHECK = ROOT.parent / "shared" / "tools" / "terraform-check"

needs_terraform = pytest.mark.skipif(
    shutil.which("terraform") is None or not os.access(CHECK, os.X_OK),
    reason="terraform, or the stand-in for its provider, is missing: the configuration was not validated",
)


@needs_terraform
@pytest.mark.slow
def test_the_configuration_is_valid_and_passes_its_tests() -> None:
    run = subprocess.run(
        [CHECK, CONFIGURATION, "test"], capture_output=True, text=True, timeout=PROCESS_SECONDS, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(r"[1-9]\d* passed, 0 failed", run.stdout), run.stdout


def test_a_copy_of_the_configuration_has_the_tables_too() -> None:
    assert (CONFIGURATION / "infra").resolve() == ROOT / "infra"


@pytest.mark.parametrize("file", ["terraform/README.md", "terraform/alerts.tf", "docs/operations.md"])
def test_whoever_is_told_of_dead_letters_reads_the_command_that_replays_them(file: str) -> None:
    command = r"python -m infra\.replay --project \S+ --subscription \S+"
    assert re.search(command, (ROOT / file).read_text("utf-8"))


@pytest.mark.parametrize(("file", "grant"), [("identity.tf", "group"), ("events.tf", "outside_publishers")])
def test_nobody_may_publish_before_the_subscriptions_exist(file: str, grant: str) -> None:
    text = (CONFIGURATION / file).read_text("utf-8")
    start = text.index(f'resource "google_pubsub_topic_iam_member" "{grant}"')
    block = text[start : text.index("\n}\n", start)]
    assert "depends_on = [google_pubsub_subscription.push]" in block


def test_the_load_balancer_answers_preflights_as_the_functions_do(tmp_path: Path) -> None:
    app = create_app(Services(Settings(data_dir=tmp_path)), group="any", routers=[])
    (cors,) = (each.kwargs for each in app.user_middleware if "allow_origins" in each.kwargs)
    text = (CONFIGURATION / "network.tf").read_text("utf-8")
    lists = re.findall(r"^    (methods|headers|exposed) = (.*)$", text, re.MULTILINE)
    listed = {name: json.loads(values) for name, values in lists}
    assert listed["methods"] == cors["allow_methods"]
    assert listed["headers"] == cors["allow_headers"]
    assert listed["exposed"] == cors["expose_headers"]


def test_a_class_at_one_address_stays_below_the_limit_of_the_edge() -> None:
    text = (CONFIGURATION / "variables.tf").read_text("utf-8")
    default = re.search(r'"requests_per_minute" \{.*?default += (\d+)', text, re.DOTALL)
    assert default is not None
    assert int(default[1]) >= 30 * Settings.model_fields["rate_limit_user_per_minute"].default


def test_no_file_of_the_configuration_lists_the_groups_again() -> None:
    groups = {folder.name for folder in (ROOT / "functions").iterdir() if (folder / "main.py").is_file()}
    for file in CONFIGURATION.glob("*.tf"):
        named = {group for group in groups if re.search(rf'"{group}\b', file.read_text("utf-8"))}
        assert not named, f"{file.name} names {named}"
