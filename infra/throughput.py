"""Requests a second of the local stack and of a page of Django REST framework (`bench/peer`).

The peer has two workers, and PostgreSQL where it is installed, else SQLite. Its libraries are installed into
an environment of their own. Rounds alternate, so that what the machine does besides meets both.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from infra.local.emulated.children import free_ports

ROOT = Path(__file__).parents[1]
# So many that few cards come twice: that would make intervals of years, which nobody has.
USERS, CARDS, UNTOUCHED = 8, 250, 20  # cards of each user; those that stay due
_PEER = ROOT / "bench" / "peer"
_ENVIRONMENT = ROOT / "build" / "peer"
_REVIEW = {"quality_response": 4, "response_time_seconds": 6}
_CONNECTIONS = 8
_SECONDS_TO_START = 30
_API = "/api/v1/"
_MANY = {
    "RATE_LIMIT_USER_PER_MINUTE": "1000000",
    "RATE_LIMIT_ANONYMOUS_PER_MINUTE": "1000",
    "LOG_LEVEL": "WARNING",
}
_HOST = "127.0.0.1"


@dataclass(frozen=True)
class Target:
    """A server with the requests that it is asked, by name."""

    port: int
    requests: Mapping[str, Sequence[bytes]]


async def measure_throughput(
    folder: Path, *, seconds: float = 4, rounds: int = 3
) -> dict[str, tuple[float, float]]:
    """Return by request the medians of requests a second: of the local stack, and of the peer."""
    with ExitStack() as ending:
        own_port, peer_port = free_ports(2)
        ending.enter_context(_run_own(folder, own_port))
        users = ending.enter_context(_run_peer(folder, peer_port))
        own = Target(own_port, _build_requests(f"{_API}assessments/flashcards/", await _sign_up(own_port)))
        peer = Target(peer_port, _build_requests("/api/flashcards/", users))
        await _wait_for(peer_port)
        found: dict[str, tuple[list[float], list[float]]] = {}
        for _ in range(rounds):
            for name in own.requests:
                for place, target in enumerate((own, peer)):
                    rate = await measure_rate(target.port, target.requests[name], seconds=seconds)
                    found.setdefault(name, ([], []))[place].append(rate)
    return {name: (median(ours), median(theirs)) for name, (ours, theirs) in found.items()}


async def measure_rate(port: int, requests: Sequence[bytes], *, seconds: float) -> float:
    """Send the requests again and again over some connections; return how many are answered each second.

    Raises RuntimeError for an answer that is no success.
    """
    end = time.perf_counter() + seconds

    async def send(place: int) -> int:
        reader, writer = await asyncio.open_connection(_HOST, port)
        number = 0
        while time.perf_counter() < end:
            writer.write(requests[(place + number * _CONNECTIONS) % len(requests)])
            await _read_answer(reader)
            number += 1
        writer.close()
        return number

    started = time.perf_counter()
    numbers = await asyncio.gather(*(send(place) for place in range(_CONNECTIONS)))
    return sum(numbers) / (time.perf_counter() - started)


async def _read_answer(reader: asyncio.StreamReader) -> None:
    """Read an answer with as little work as possible: it takes the time of those who are measured."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    start = head.index(b"content-length:") + len(b"content-length:")
    body = await reader.readexactly(int(head[start : head.index(b"\r\n", start)]))
    if not head.startswith(b"http/1.1 200"):
        raise RuntimeError(f"{head[:40]!r} {body[:300]!r}")


def _build_requests(path: str, users: Mapping[str, Sequence[object]]) -> dict[str, list[bytes]]:
    """Build looks at the cards that are due and reviews of others, by turns of the users (cards by token)."""
    turns = [(users[token][number], token) for number in range(CARDS - UNTOUCHED) for token in users]
    return {
        "due cards": [_build_request("GET", f"{path}due/", token) for token in users],
        "review": [_build_request("POST", f"{path}{card}/review/", token, _REVIEW) for card, token in turns],
    }


def _build_request(method: str, path: str, token: str, body: Mapping[str, object] | None = None) -> bytes:
    data = json.dumps(body).encode() if body else b""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: {_HOST}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data


@contextmanager
def _run_own(folder: Path, port: int) -> Iterator[None]:
    environment = {**os.environ, **_MANY, "PORT": str(port), "DATA_DIR": str(folder / "own"), "STACK": ""}
    with _run([sys.executable, "-m", "infra.local", "run"], folder / "own.log", environment, cwd=ROOT):
        yield


async def _sign_up(port: int) -> dict[str, list[str]]:
    """Sign up users with a course of cards; return the cards' ids by the user's token."""
    await _wait_for(port)
    users = {}
    for number in range(USERS):
        async with httpx.AsyncClient(base_url=f"http://{_HOST}:{port}", trust_env=False, timeout=30) as http:
            user = {"username": f"bench{number}", "email": f"bench{number}@example.com"}
            signed_up = await _post(http, f"{_API}accounts/register/", user | {"password": "correct horse 7"})
            http.headers["Authorization"] = f"Bearer {signed_up['access']}"
            course = (await _post(http, f"{_API}courses/", {"name": "Bench"}))["id"]
            users[signed_up["access"]] = await _add_cards(http, course)
    return users


async def _add_cards(http: httpx.AsyncClient, course: str) -> list[str]:
    ids: list[str] = []
    for first in range(0, CARDS, 50):
        numbers = range(first, first + 50)
        bodies = [{"course": course, "question": f"Q{number}?", "answer": str(number)} for number in numbers]
        ids += [card["id"] for card in await _post(http, f"{_API}assessments/flashcards/", bodies)]
    return ids


async def _post(http: httpx.AsyncClient, path: str, body: object) -> Any:
    response = await http.post(path, json=body)
    response.raise_for_status()
    return response.json()


@contextmanager
def _run_peer(folder: Path, port: int) -> Iterator[dict[str, list[int]]]:
    """Serve the peer; yields its cards' ids by the user's token."""
    programs = _ENVIRONMENT / "bin"
    if not (programs / "gunicorn").exists():
        uv = [sys.executable, "-m", "uv"]
        _finish([*uv, "venv", "--quiet", "--allow-existing", str(_ENVIRONMENT)])
        requirements = ["--requirement", str(_PEER / "requirements.txt")]
        install = [*uv, "pip", "install", "--quiet", "--python", str(programs / "python"), *requirements]
        _finish(install)
    with _run_database(folder) as database:
        environment = {**os.environ, "PEER_DATABASE": str(database)}
        fill = [str(programs / "python"), "-c", f"import app; app.fill({USERS}, {CARDS})"]
        users = json.loads(_finish(fill, environment, _PEER))
        serve = ["gunicorn", "--workers=2", "--worker-class=gthread", "--threads=4", f"--bind={_HOST}:{port}"]
        command = [str(programs / serve[0]), *serve[1:], "app:application"]
        with _run(command, folder / "peer.log", environment, cwd=_PEER):
            yield users


@contextmanager
def _run_database(folder: Path) -> Iterator[Path]:
    """Run PostgreSQL on a socket in a folder; yields the folder, or a file of SQLite without PostgreSQL."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries:
        yield folder / "peer.sqlite3"
        return
    place, user = folder / "postgres", ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    place.mkdir()
    if user:  # PostgreSQL refuses to run as root
        folder.chmod(0o755)
        shutil.chown(place, "postgres")
    data, tools = str(place / "data"), binaries[-1]
    make = [*user, str(tools / "initdb"), "-D", data, "-A", "trust", "-U", os.environ.get("USER", "root")]
    _finish(make)
    serve = [*user, str(tools / "postgres"), "-D", data, "-k", str(place), "-c", "listen_addresses="]
    with _run(serve, folder / "postgres.log", os.environ):
        for _ in range(_SECONDS_TO_START * 10):
            if list(place.glob(".s.PGSQL.*[0-9]")):
                break
            time.sleep(0.1)
        time.sleep(1)
        yield place


def _finish(
    command: Sequence[str], environment: Mapping[str, str] | None = None, cwd: Path | None = None
) -> str:
    """Run a program to its end; return what it prints. Raises CalledProcessError."""
    done = subprocess.run(  # noqa: S603 - our own commands
        command, env=environment, cwd=cwd, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.strip()


@contextmanager
def _run(
    command: Sequence[str], log: Path, environment: Mapping[str, str], cwd: Path | None = None
) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command, cwd=cwd, env=dict(environment), stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(_SECONDS_TO_START)


async def _wait_for(port: int) -> None:
    """Wait until something listens. Raises OSError if nothing does in time."""
    end = time.perf_counter() + _SECONDS_TO_START
    while True:
        try:
            _, writer = await asyncio.open_connection(_HOST, port)
        except OSError:
            if time.perf_counter() > end:
                raise
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
