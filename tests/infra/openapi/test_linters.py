"""Spectral and Redocly find nothing wrong with the API document."""

import json
import subprocess
from pathlib import Path

import pytest

from infra.openapi import public_document
from shared.services import Services
from shared.settings import Settings
from tests.node import find_tool

HERE = Path(__file__).parent


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["spectral", "lint", "-r", str(HERE / "spectral.yaml"), "--fail-severity=warn"]),
        pytest.param(["redocly", "lint", "--config", str(HERE / "redocly.yaml")]),
    ],
    ids=["spectral", "redocly"],
)
def test_a_linter_is_content(command: list[str], tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(public_document(Services(Settings()))), "utf-8")
    program = find_tool(command[0])
    done = subprocess.run(
        [program, *command[1:], str(file)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
