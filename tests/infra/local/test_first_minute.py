"""The first minute with the local stack: sentences instead of tracebacks, and an account to try things on."""

import io
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from infra.local import account
from infra.local.__main__ import lock_folder
from infra.local.console import ConsoleFormatter, show_on_console
from infra.local.demo.stack import COMMAND, run_stack
from infra.local.errors import CannotRun
from infra.local.ports import check_port
from shared.clock import SystemClock
from tests.deadlines import PROCESS_SECONDS
from tests.stack import Stack


def run_with(tmp_path: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data"), **settings}
    return subprocess.run(
        COMMAND, env=environment, capture_output=True, text=True, timeout=PROCESS_SECONDS, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"PORT": "eighty"}, "[aksio] PORT is 'eighty': a port is a number from 0 to 65535."),
        ({"HOST": "0.0.0.0"}, "[aksio] Refusing to start: HOST is not of this machine alone"),
    ],
)
def test_a_wrong_setting_is_one_sentence(tmp_path: Path, settings: dict[str, str], sentence: str) -> None:
    done = run_with(tmp_path, **settings)
    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1


def test_a_taken_port_is_told_with_another_one() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotRun, match=rf"Port {port} is taken by another program.*PORT=\d+ .*make run"):
            check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(CannotRun, match=r"The stack cannot listen on 192\.0\.2\.1, port 8080: "):
        check_port("192.0.2.1", 8080)


def test_a_data_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.touch()
    for folder in (file, file / "below", Path("/proc/aksio")):
        with pytest.raises(CannotRun, match="cannot be written"), lock_folder(folder):
            pass


def test_the_console_shows_requests_and_what_went_wrong() -> None:
    root, target = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    root.handlers[:], root.level = [logging.StreamHandler(target)], logging.INFO
    try:
        show_on_console(target)
        fields = {"method": "GET", "route": "/api/v1/courses/", "status": 404, "ms": 12.3}
        costs = {"reads": 1, "writes": 0, "request_id": "req_1"}
        logging.getLogger("aksio.request").info("…", extra={"fields": fields | costs})
        logging.getLogger("aksio.delivery").info("routine done")
        logging.getLogger("shared.outbox").info("outbox swept")
        logging.getLogger("shared.outbox").warning("an entry was refused")
    finally:
        root.handlers[:], root.level = handlers, level
    first, second = target.getvalue().splitlines()
    assert "404" in first
    assert "GET    /api/v1/courses/" in first
    assert "12 ms, 1 reads, 0 writes, req_1" in first
    assert "warning: an entry was refused" in second


def test_the_console_shows_tracebacks() -> None:
    try:
        int("wrong")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "it failed", None, sys.exc_info())
    assert "ValueError: invalid literal" in ConsoleFormatter().format(record)


async def test_the_root_says_where_things_are(stack: Stack) -> None:
    places = (await stack.http.get("/")).json()
    for name in ("documentation", "openapi", "health"):
        assert (await stack.http.get(places[name])).status_code == 200
    page = await stack.http.get("/", headers={"Accept": "text/html,*/*"})
    assert page.headers["Content-Type"].startswith("text/html")
    assert "/api/docs/" in page.text


async def test_reading_the_documentation_locks_nobody_out(stack: Stack) -> None:
    for _ in range(10):
        for path in ("/api/docs/", "/api/docs/assets/swagger-ui.css", "/api/schema/"):
            assert (await stack.http.get(path)).status_code == 200
    login = {"username": "nobody", "password": "correct horse 7"}
    answer = await stack.http.post("/api/v1/accounts/login/", json=login)
    assert answer.status_code == 401
    assert int(answer.headers["RateLimit-Remaining"]) == int(answer.headers["RateLimit-Limit"]) - 1


@pytest.mark.slow
async def test_the_demo_account_has_a_course_to_try(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setenv("PORT", str(port))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    url, today = f"http://localhost:{port}", SystemClock().now().date()
    async with run_stack(host="127.0.0.1", port=port, log=tmp_path / "log"):
        access = await account.ensure_account(url)
        assert "a course with 2 documents, 15 cards" in await account.fill_account(url, access, today=today)
        again = await account.ensure_account(url)
        assert await account.fill_account(url, again, today=today) == ""
        headers = {"Authorization": f"Bearer {again}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False) as http:
            (course,) = (await http.get("/api/v1/courses/")).json()["results"]
            assert (course["document_count"], course["flashcard_count"]) == (2, 15)
            assert course["exam_date"] > today.isoformat()
            assert (await http.get("/api/v1/assessments/quizzes/")).json()["count"] == 1
