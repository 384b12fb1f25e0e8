"""Google's URL map: the rules that Terraform makes of a table, and the group to which they send a path."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROUTES = Path(__file__).parents[2] / "terraform" / "routes.tf"
# Envoy's URI templates: `*` is one segment, `**` any number, both of these characters alone.
_CHARACTERS = r"a-zA-Z0-9\-._~%!$&'()+,;:@="
_GROUPS = 'locals {\n  groups = jsondecode(file("${path.module}/groups.json"))\n}\n'

needs_terraform = pytest.mark.skipif(
    shutil.which("terraform") is None,
    reason="terraform is missing: the load balancer's rules were not checked",
)


@dataclass(frozen=True)
class UrlMap:
    """The rules by priority; `fallback` is the default service."""

    rules: Sequence[Mapping[str, Any]]
    fallback: str

    def group_of(self, path: str) -> str:
        for rule in self.rules:
            if any(_matches(match, path) for match in rule["matches"]):
                return str(rule["group"])
        return self.fallback


def read_url_map(groups: Mapping[str, Any], fallback: str, folder: Path) -> UrlMap:
    """Have Terraform evaluate terraform/routes.tf for a table of groups, in an empty folder."""
    shutil.copy(ROUTES, folder)
    (folder / "groups.tf").write_text(_GROUPS, "utf-8")
    (folder / "groups.json").write_text(json.dumps(groups), "utf-8")
    run = subprocess.run(
        ["terraform", "console"],
        input="jsonencode(local.route_rules)",
        cwd=folder,
        env={**os.environ, "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    rules = json.loads(json.loads(run.stdout))
    return UrlMap(sorted(rules, key=lambda rule: int(rule["priority"])), fallback)


def _matches(match: Mapping[str, str | None], path: str) -> bool:
    if (full := match["full_path_match"]) is not None:
        return path == full
    if (prefix := match["prefix_match"]) is not None:
        return path.startswith(prefix)
    template = match["path_template_match"]
    assert template is not None, "Google wants one of the three"
    return re.fullmatch(_expression(template), path) is not None


def _expression(template: str) -> str:
    wildcards = {"**": f"[{_CHARACTERS}/]*", "*": f"[{_CHARACTERS}]+"}
    return "".join(wildcards.get(part) or re.escape(part) for part in re.split(r"(\*\*|\*)", template))
