"""A large deck through the real stack's own process: DECK_CARDS=20000 for the size that must be borne.

It prints seconds and the process's peak memory; run with -s to see them.
"""

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.functions.assessments.flashcards.decks.files import (
    CREATED,
    answered,
    card,
    collection,
    note,
    package,
)
from tests.whole.process import StackProcess

pytestmark = pytest.mark.slow

_CARDS = int(os.environ.get("DECK_CARDS", "300"))
_ANSWERS = 10  # of each card
_MAX_MEMORY_BYTES = 512 * 1024 * 1024
_PROGRESS = '"progress_percentage":'
_DECKS = "/api/v1/assessments/flashcards/"


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[StackProcess]:
    running = StackProcess(tmp_path)
    await running.start()
    yield running
    running.end()


@pytest.mark.timeout(600)
async def test_a_large_deck_comes_and_goes_in_bounded_memory(process: StackProcess) -> None:
    content = _deck()
    async with httpx.AsyncClient(base_url=process.url, timeout=540, trust_env=False) as http:
        course = await _sign_up(http)
        started = time.perf_counter()
        done = await _bring(http, course, content)
        imported = time.perf_counter() - started
        assert (done["imported"], done["reviews"], done["failed"]) == (_CARDS, _CARDS * _ANSWERS, 0)
        started = time.perf_counter()
        again = await _bring(http, course, content)
        repeated = time.perf_counter() - started
        assert (again["imported"], again["skipped"], again["reviews"]) == (0, _CARDS, 0)
        before = _peak(process.pid)
        started = time.perf_counter()
        size = await _take(http, course)
        exported = time.perf_counter() - started
    peak = _peak(process.pid)
    print(  # noqa: T201 - the figures are what one runs it for
        f"\n{_CARDS:,} cards, {_CARDS * _ANSWERS:,} reviews, {len(content) / 2**20:.1f} MiB:"
        f" import {imported:.1f} s, again {repeated:.1f} s, peak {before / 2**20:.0f} MiB;"
        f" export of {size / 2**20:.1f} MiB {exported:.1f} s, peak {peak / 2**20:.0f} MiB"
    )
    assert peak < _MAX_MEMORY_BYTES


async def test_a_large_deck_tells_how_far_it_is(process: StackProcess) -> None:
    async with httpx.AsyncClient(base_url=process.url, timeout=540, trust_env=False) as http:
        course = await _sign_up(http)
        answer = await http.post(
            f"{_DECKS}import/",
            data={"course": course},
            files={"file": ("deck.apkg", _deck())},
            headers={"Prefer": "respond-async"},
        )
        stream = {"Accept": "text/event-stream"}
        async with http.stream("GET", answer.json()["status_url"], headers=stream) as events:
            lines = [line async for line in events.aiter_lines() if _PROGRESS in line]
    seen = [int(line.split(_PROGRESS)[1].split(",")[0]) for line in lines]
    assert seen == sorted(seen)
    assert seen[-1] == 100


def _deck() -> bytes:
    notes = [note(n, f"What is the word number {n} in French?", f"Le mot {n}") for n in range(1, _CARDS + 1)]
    cards = [
        card(n, n, type=2, queue=2, due=90, ivl=30, factor=2500, reps=_ANSWERS) for n in range(1, _CARDS + 1)
    ]
    log = [
        answered(CREATED + 86_400 * day + n, n, ivl=day + 1)
        for n in range(1, _CARDS + 1)
        for day in range(_ANSWERS)
    ]
    return package(collection(notes, cards, log))


async def _sign_up(http: httpx.AsyncClient) -> str:
    body = {"username": "ada", "email": "ada@example.com", "password": "correct horse 7"}
    given = (await http.post("/api/v1/accounts/register/", json=body)).json()
    http.headers["Authorization"] = f"Bearer {given['access']}"
    course = (await http.post("/api/v1/courses/", json={"name": "French"})).json()
    return str(course["id"])


async def _bring(http: httpx.AsyncClient, course: str, content: bytes) -> dict[str, Any]:
    files = {"file": ("deck.apkg", content)}
    answer = await http.post(f"{_DECKS}import/", data={"course": course}, files=files)
    assert answer.status_code == 201, answer.text
    done: dict[str, Any] = answer.json()
    return done


async def _take(http: httpx.AsyncClient, course: str) -> int:
    size = 0
    async with http.stream("GET", f"{_DECKS}export/", params={"course": course}) as answer:
        assert answer.status_code == 200
        async for chunk in answer.aiter_bytes():
            size += len(chunk)
    return size


def _peak(pid: int) -> int:
    """Bytes of memory that the process ever had."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
