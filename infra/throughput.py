"""Requests a second of the local stack and of a page of Django REST framework (`bench/peer`).

Both have two processes; the peer has PostgreSQL where it is installed, else SQLite. Its libraries are
installed into an environment of their own. Short rounds alternate, so that what the machine does besides
meets both.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from infra.local.emulated.children import free_ports

ROOT = Path(__file__).parents[1]
# So many that few cards come often, which would make intervals of years, and that no user has the thousand
# reviews after which FSRS is fitted to him in the background.
USERS, CARDS, UNTOUCHED = 40, 200, 20  # cards of each user; those that stay due
_PROCESSES = 2
_CONNECTIONS = 16  # enough for both processes of a server to have some
_BATCH_CARDS = 100
_PEER = ROOT / "bench" / "peer"
_LOAD = ROOT / "bench" / "load.py"
_ENVIRONMENT = ROOT / "build" / "peer"
_REVIEW = {"quality_response": 4, "response_time_seconds": 6}
_SECONDS_TO_START = 30
_API = "/api/v1/"
_CARDS = f"{_API}assessments/flashcards/"
_MANY = {
    "RATE_LIMIT_USER_PER_MINUTE": "1000000",
    "RATE_LIMIT_ANONYMOUS_PER_MINUTE": "1000",
    "LOG_LEVEL": "WARNING",
}
_HOST = "127.0.0.1"


@dataclass(frozen=True)
class Target:
    """A server, the processes that it began with, and the files with the requests that it is asked, by name.

    `sent` counts these, since each round goes on where the last one ended.
    """

    port: int
    processes: tuple[int, ...]
    requests: Mapping[str, Path]
    sent: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Speed:
    """Requests a second, and the processor's milliseconds for each: of the server, and of who asks."""

    rate: float
    server_ms: float
    load_ms: float

    @classmethod
    def of(cls, rounds: Sequence["Speed"]) -> "Speed":
        """Return the medians."""
        return cls(
            median(each.rate for each in rounds),
            median(each.server_ms for each in rounds),
            median(each.load_ms for each in rounds),
        )


async def measure_throughput(
    folder: Path, *, seconds: float = 2, rounds: int = 7
) -> dict[str, tuple[Speed, Speed]]:
    """Return by request the medians of the rounds: of the local stack, and of the peer."""
    with ExitStack() as ending:
        own_port, peer_port = free_ports(2)
        own_processes = ending.enter_context(_run_own(folder, own_port))
        peer_processes, users = ending.enter_context(_run_peer(folder, peer_port))
        requests = _build_requests(_CARDS, await _sign_up(own_port))
        own = Target(own_port, own_processes, _save_requests(folder / "own-requests", requests))
        requests = _build_requests("/api/flashcards/", users)
        peer = Target(peer_port, peer_processes, _save_requests(folder / "peer-requests", requests))
        await _wait_for(peer_port)
        found: dict[str, tuple[list[Speed], list[Speed]]] = {}
        for _ in range(rounds):
            for name in own.requests:
                for place, target in enumerate((own, peer)):
                    speed = measure_speed(target, name, seconds=seconds)
                    found.setdefault(name, ([], []))[place].append(speed)
    return {name: (Speed.of(ours), Speed.of(theirs)) for name, (ours, theirs) in found.items()}


def measure_speed(target: Target, name: str, *, seconds: float) -> Speed:
    """Send the requests of this name. Raises CalledProcessError for an answer that is no success."""
    before = sum(map(_read_processor_seconds, target.processes))
    arguments = (target.port, seconds, _CONNECTIONS, target.requests[name], target.sent[name])
    load = json.loads(_finish([sys.executable, str(_LOAD), *map(str, arguments)]))
    used = sum(map(_read_processor_seconds, target.processes)) - before
    number = load["answered"]
    target.sent[name] += number + _CONNECTIONS
    return Speed(number / load["seconds"], used / number * 1000, load["processor_seconds"] / number * 1000)


def _read_processor_seconds(process: int) -> float:
    """Return what a process and those that it started have used so far; 0 where /proc does not tell."""
    try:
        *_, fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")
        listed = Path(f"/proc/{process}/task/{process}/children").read_text("utf-8").split()
    except OSError:
        return 0.0
    user, system = fields.split()[11:13]
    own = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return own + sum(_read_processor_seconds(int(child)) for child in listed)


def _save_requests(folder: Path, requests: Mapping[str, Sequence[str]]) -> dict[str, Path]:
    folder.mkdir()
    files = {name: folder / f"{name}.json" for name in requests}
    for name, file in files.items():
        file.write_text(json.dumps(requests[name]), "utf-8")
    return files


def _build_requests(path: str, users: Mapping[str, Sequence[object]]) -> dict[str, list[str]]:
    """Build looks at the cards that are due and reviews of others, by turns of the users (cards by token)."""
    turns = [(users[token][number], token) for number in range(CARDS - UNTOUCHED) for token in users]
    return {
        "due cards": [_build_request("GET", f"{path}due/", token) for token in users],
        "review": [_build_request("POST", f"{path}{card}/review/", token, _REVIEW) for card, token in turns],
    }


def _build_request(method: str, path: str, token: str, body: Mapping[str, object] | None = None) -> str:
    data = json.dumps(body) if body else ""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: {_HOST}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head + data


@contextmanager
def _run_own(folder: Path, port: int) -> Iterator[tuple[int, ...]]:
    """Serve the local stack; yields its first process."""
    own = {"PORT": str(port), "DATA_DIR": str(folder / "own"), "STACK": "", "PROCESSES": str(_PROCESSES)}
    command = [sys.executable, "-m", "infra.local", "run"]
    with _run(command, folder / "own.log", {**os.environ, **_MANY, **own}, cwd=ROOT) as process:
        yield (process,)


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
    for first in range(0, CARDS, _BATCH_CARDS):
        numbers = range(first, first + _BATCH_CARDS)
        bodies = [{"course": course, "question": f"Q{number}?", "answer": str(number)} for number in numbers]
        ids += [card["id"] for card in await _post(http, _CARDS, bodies)]
    earlier = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    answers = [
        {"flashcard": card, "quality_response": 4, "reviewed_at": earlier} for card in ids[-UNTOUCHED:]
    ]
    await _post(http, f"{_CARDS}reviews/batch/", {"reviews": answers})  # due since the day after
    return ids


async def _post(http: httpx.AsyncClient, path: str, body: object) -> Any:
    response = await http.post(path, json=body)
    response.raise_for_status()
    return response.json()


@contextmanager
def _run_peer(folder: Path, port: int) -> Iterator[tuple[tuple[int, ...], dict[str, list[int]]]]:
    """Serve the peer; yields its first processes, and its cards' ids by the user's token."""
    programs = _ENVIRONMENT / "bin"
    if not (programs / "gunicorn").exists():
        uv = [sys.executable, "-m", "uv"]
        _finish([*uv, "venv", "--quiet", "--allow-existing", str(_ENVIRONMENT)])
        requirements = ["--requirement", str(_PEER / "requirements.txt")]
        install = [*uv, "pip", "install", "--quiet", "--python", str(programs / "python"), *requirements]
        _finish(install)
    with _run_database(folder) as (database, *processes):
        environment = {**os.environ, "PEER_DATABASE": str(database)}
        fill = [str(programs / "python"), "-c", f"import app; app.fill({USERS}, {CARDS})"]
        users = json.loads(_finish(fill, environment, _PEER))
        serve = [f"--workers={_PROCESSES}", "--worker-class=gthread", "--threads=4", f"--bind={_HOST}:{port}"]
        command = [str(programs / "gunicorn"), *serve, "app:application"]
        with _run(command, folder / "peer.log", environment, cwd=_PEER) as process:
            yield (process, *processes), users


@contextmanager
def _run_database(folder: Path) -> Iterator[tuple[Path] | tuple[Path, int]]:
    """Run PostgreSQL on a socket in a folder; yields the folder and the process, else a file of SQLite."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries:
        yield (folder / "peer.sqlite3",)
        return
    place, user = folder / "postgres", ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    place.mkdir()
    if user:  # PostgreSQL refuses to run as root
        folder.chmod(0o755)
        shutil.chown(place, "postgres")
    data, tools = str(place / "data"), binaries[-1]
    make = [*user, str(tools / "initdb"), "-D", data, "-A", "trust", "-U", os.environ.get("USER", "root")]
    _finish(make)
    # Commits outlive the process but not the machine, as in our SQLite file.
    options = ["-c", "listen_addresses=", "-c", "synchronous_commit=off"]
    serve = [*user, str(tools / "postgres"), "-D", data, "-k", str(place), *options]
    with _run(serve, folder / "postgres.log", os.environ) as process:
        for _ in range(_SECONDS_TO_START * 10):
            if list(place.glob(".s.PGSQL.*[0-9]")):
                break
            time.sleep(0.1)
        time.sleep(1)
        yield place, process


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
) -> Iterator[int]:
    """Run a program meanwhile; yields its process."""
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command, cwd=cwd, env=dict(environment), stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield process.pid
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
