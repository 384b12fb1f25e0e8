"""Each group's entry points under the real functions framework, and what starting one loads."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.groups import GroupEntry, entries
from tests.deadlines import PROCESS_SECONDS

ROOT = Path(__file__).parents[2]
# Slow to import, and never needed before a request asks for them.
LAZY = [
    "openai",
    "boto3",
    "stripe",
    "firebase_admin",
    "yake",
    "HanTa",
    "pypdfium2",
    "docx",
    "PIL",
    "zxcvbn",
    "opentelemetry.sdk",  # the API is loaded by FastAPI
    "opentelemetry.exporter",
]

ASK = """
import asyncio, json, sys
import httpx
from functions_framework.aio import create_asgi_app

async def main() -> None:
    answers = {}
    for target, method, path, headers, body in json.loads(sys.argv[2]):
        app = create_asgi_app(target, sys.argv[1])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://f") as http:
            answer = await http.request(method, path, headers=headers, content=body)
            answers[f"{target} {path}"] = [answer.status_code, answer.text]
    print(json.dumps(answers))

asyncio.run(main())
"""

EVENT = {
    "ce-specversion": "1.0",
    "ce-id": "e1",
    "ce-type": "nobody.listens",
    "ce-source": "test",
    "ce-time": "2026-03-02T12:00:00+00:00",
    "Content-Type": "application/json",
}


def python(code: str, *arguments: str, folder: Path) -> str:
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "DATA_DIR": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=PROCESS_SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
def test_the_framework_serves_requests_events_and_tasks(entry: GroupEntry, tmp_path: Path) -> None:
    asked = [
        ("api", "GET", "/nothing-here", {}, ""),
        ("events", "POST", "/", EVENT, "{}"),
        ("tasks", "POST", "/", {}, json.dumps({"name": "no.such", "data": {}})),
    ]
    source = str(ROOT / entry.source / "main.py")
    answers = json.loads(python(ASK, source, json.dumps(asked), folder=tmp_path))
    api, events, tasks = answers.values()
    assert api[0] in (401, 404)
    assert json.loads(api[1])["request_id"].startswith("req_")
    assert events == [204, ""]
    assert tasks[0] == 404


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.name)
def test_starting_a_group_loads_no_vendor_library(entry: GroupEntry, tmp_path: Path) -> None:
    code = f"import sys, {entry.source.replace('/', '.')}.main; print(*sys.modules)"
    assert not set(python(code, folder=tmp_path).split()) & set(LAZY)
