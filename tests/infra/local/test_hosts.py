"""The stack's own doors open under its own name alone."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from infra.local.gateway import delivery_token
from shared.settings import LOCAL_SECRET
from tests.stack import Stack

ROOT = Path(__file__).parents[3]
DOORS = [
    "/_local/retrieval/api/documents",
    "/_local/deliver/auth/tasks",
    "/_local/objects/x",
    "/_local/",
    "/_local",
]


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize(
    "host", ["evil.example", "stack.test.evil.example", "127.0.0.1.evil.example:80", "", "["]
)
async def test_another_name_opens_no_door(stack: Stack, path: str, host: str) -> None:
    for token in (LOCAL_SECRET, delivery_token(stack.services)):
        headers = {"Host": host, "Authorization": f"Bearer {token}"}
        answer = await stack.http.post(path, json={"name": "account.erase", "data": {}}, headers=headers)
        assert answer.status_code == 421


@pytest.mark.parametrize(
    "host", ["stack.test", "STACK.test:8080", "localhost:43817", "127.0.0.1", "[::1]:80"]
)
async def test_its_own_names_open_it_to_whoever_has_the_token(stack: Stack, host: str) -> None:
    answer = await stack.http.get("/_local/retrieval/api/documents/x", headers={"Host": host})
    assert answer.status_code == 401


async def test_two_names_at_once_are_none(stack: Stack) -> None:
    headers = [("Host", "stack.test"), ("Host", "evil.example")]
    assert (await stack.http.get("/_local/retrieval/api/documents/x", headers=headers)).status_code == 421


async def test_the_public_api_answers_every_name(stack: Stack) -> None:
    answer: httpx.Response = await stack.http.get("/api/health/", headers={"Host": "evil.example"})
    assert answer.status_code == 200


def test_a_stack_that_others_could_reach_says_why_it_does_not_start(tmp_path: Path) -> None:
    environment = {"HOST": "0.0.0.0", "DATA_DIR": str(tmp_path / "data"), "PORT": "0"}
    ended = subprocess.run(
        [sys.executable, "-m", "infra.local", "run"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "JWT_SECRET or RETRIEVER_SERVICE_TOKEN is published" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "data").exists()
