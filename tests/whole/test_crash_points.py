"""The same day, over and over: each time the process dies at another of its steps, and a new one goes on."""

import asyncio
import gc
import os
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local.retrieval import documents as retrieval_documents
from infra.local.retrieval import parse
from infra.local.retrieval.blocks import Unreadable
from infra.local.retrieval.reader import Outcome
from infra.local.stack import LocalStack
from shared.clock import ManualClock, SeededIds
from shared.outbox import OUTBOX
from shared.services import Services
from shared.usage import UsageOf
from tests.stack import START, LateTransport, Stack, User, settings_for
from tests.whole.clients import CARDS, expect, glossary, lesson, listed
from tests.whole.fuse import Crash, Fuse, fused

POINTS = int(os.environ.get("CRASH_POINTS", "20"))  # spread over all steps; 0 tries every one
EMAIL = "owner@example.com"


@dataclass
class Day:
    """One user's day: what was there in the morning, and what has been answered since."""

    access: str
    user: str
    course: str
    card: str
    source: str
    answered: dict[str, Any] = field(default_factory=dict)
    resets_sent: int = 0


Step = Callable[[Stack, httpx.AsyncClient, Day], Awaitable[Any]]


@asynccontextmanager
async def life(
    folder: Path, clock: ManualClock, *, seed: int, fuse: Fuse | None = None
) -> AsyncIterator[Stack]:
    """A process on `folder`: ended in order, or cut off where the fuse blew."""
    settings = settings_for(folder, access_token_minutes=7 * 24 * 60)
    transport = LateTransport()
    fuse = fuse or Fuse()
    services = Services(
        settings, clock=clock, ids=SeededIds(seed), transport=transport, **fused(fuse, settings, clock)
    )
    local = LocalStack(services)
    transport.inner = httpx.ASGITransport(local.gateway)
    others = asyncio.all_tasks()
    async with AsyncExitStack() as ending:
        ending.push_async_callback(local.services.database.abandon)  # type: ignore[attr-defined]
        ending.push_async_callback(services.http.aclose)
        ending.push_async_callback(local.retrieval.state.documents.aclose)
        ending.push_async_callback(end_all_but, others)
        stack = Stack(local, clock)
        await local.recover()
        yield stack


async def end_all_but(others: set[asyncio.Task[Any]]) -> None:
    """A process takes all its tasks along."""
    tasks = asyncio.all_tasks() - others
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def morning(folder: Path) -> Day:
    """A user with a course, a card, a processed document, and a reminder for the evening."""
    async with life(folder, ManualClock(START), seed=1) as stack:
        user: User = await stack.sign_up("owner", email=EMAIL)
        http = user.http
        course = expect(await http.post("/api/v1/courses/", json={"name": "Cells"}), 201).json()["id"]
        body = {"course": course, "question": "Cell?", "answer": "Small"}
        card = expect(await http.post(CARDS, json=body), 201).json()["id"]
        files = {"file": ("glossary.md", glossary(0), "text/markdown")}
        address = f"/api/v1/courses/{course}/documents/upload/"
        source = expect(await http.post(address, files=files), 201).json()["document"]["id"]
        await stack.drain()
        return Day(user.access, user.id, course, card, source)


async def upload(_: Stack, http: httpx.AsyncClient, day: Day) -> None:
    files = {"file": ("lesson.md", lesson(1), "text/markdown")}
    answer = await http.post(f"/api/v1/courses/{day.course}/documents/upload/", files=files)
    day.answered["document"] = expect(answer, 200, 201).json()["document"]["id"]


async def generate_as_job(_: Stack, http: httpx.AsyncClient, day: Day) -> None:
    order = {"course_id": day.course, "document_ids": [day.source], "count": 2}
    answer = await http.post(f"{CARDS}generate/", json=order, headers={"Prefer": "respond-async"})
    day.answered["job"] = expect(answer, 202).json()["job_id"]


async def generate_at_once(_: Stack, http: httpx.AsyncClient, day: Day) -> None:
    order = {"course_id": day.course, "document_ids": [day.source], "count": 2}
    answer = expect(await http.post(f"{CARDS}generate/", json=order), 201)
    day.answered["cards"] = [card["id"] for card in answer.json()["flashcards"]]


async def review(_: Stack, http: httpx.AsyncClient, day: Day) -> None:
    body = {"quality_response": 4, "client_review_id": "one"}
    expect(await http.post(f"{CARDS}{day.card}/review/", json=body), 200)


async def review_batch(_: Stack, http: httpx.AsyncClient, day: Day) -> None:
    reviews = [
        {"flashcard": day.card, "quality_response": 3, "client_review_id": name} for name in ("two", "one")
    ]
    expect(await http.post(f"{CARDS}reviews/batch/", json={"reviews": reviews}), 200)


async def forget_password(_: Stack, http: httpx.AsyncClient, day: Day) -> None:
    day.resets_sent += 1
    expect(await http.post("/api/v1/accounts/password-reset/", json={"email": EMAIL}), 202)


async def deliver(stack: Stack, http: httpx.AsyncClient, day: Day) -> None:
    await stack.drain()


async def evening(stack: Stack, http: httpx.AsyncClient, day: Day) -> None:
    """The reminder is due, and sent."""
    await stack.advance(
        hours=max(0.0, (START + timedelta(hours=9) - stack.clock.now()).total_seconds() / 3600)
    )


STEPS: tuple[Step, ...] = (
    upload,
    review,
    deliver,
    generate_as_job,
    deliver,
    review_batch,
    forget_password,
    generate_at_once,
    deliver,
    evening,
)


async def go_on(stack: Stack, day: Day, left: list[Step]) -> None:
    """Do the steps that are left; one is done when it has been answered."""
    async with stack.client(Authorization=f"Bearer {day.access}") as http:
        while left:
            await left[0](stack, http, day)
            left.pop(0)


@pytest.fixture(autouse=True)
def _read_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process for each document would make hundreds of days long."""

    async def read(source: Path, folder: Path, *, document_id: str, content_type: str, **_: Any) -> Outcome:
        reports: list[dict[str, Any]] = []
        parse.process_file(
            source, folder, content_type=content_type, document_id=document_id, report=reports.append
        )
        if "error" in reports[-1]:
            raise Unreadable(reports[-1]["error"])
        return Outcome.model_validate(reports[-1])

    monkeypatch.setattr(retrieval_documents, "read_document", read)


@pytest.mark.slow
@pytest.mark.timeout(900)
# What is cut off leaves its files and coroutines to the garbage collector, as the end of a process does.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_process_that_dies_at_any_step_leaves_a_day_that_another_completes(tmp_path: Path) -> None:
    template = tmp_path / "morning"
    day = await morning(template)
    touches = await touches_of_a_day(tmp_path, template, day)
    wrong, crashes = [], 0
    for point in spread(2 * touches, POINTS):
        fuse = Fuse(at=point // 2 + 1, after=bool(point % 2))
        folder = tmp_path / f"day{point}"
        shutil.copytree(template, folder)
        try:
            await interrupted(folder, day, fuse, seed=10 * point)
        except AssertionError as problem:
            wrong.append(f"dying {'after' if point % 2 else 'before'} touch {point // 2 + 1}: {problem}")
        crashes += fuse.blown
        shutil.rmtree(folder)
    gc.collect()
    assert crashes >= min(POINTS or touches, 15)
    assert not wrong, "\n\n".join(wrong)


async def touches_of_a_day(tmp_path: Path, template: Path, day: Day) -> int:
    """Count the steps of a run without faults."""
    folder = tmp_path / "whole"
    shutil.copytree(template, folder)
    fuse, whole = Fuse(), fresh(day)
    async with life(folder, ManualClock(START), seed=2, fuse=fuse) as stack:
        await go_on(stack, whole, list(STEPS))
        touches = fuse.touches
        await holds(stack, whole)
    return touches


def spread(total: int, wanted: int) -> range:
    return range(0, total, max(1, total // wanted) if wanted else 1)


def fresh(day: Day) -> Day:
    return Day(day.access, day.user, day.course, day.card, day.source)


async def interrupted(folder: Path, morning_of: Day, fuse: Fuse, *, seed: int) -> None:
    """A day whose process dies where the fuse blows, and that a second process completes."""
    clock, day, left = ManualClock(START), fresh(morning_of), list(STEPS)
    try:
        async with life(folder, clock, seed=seed + 2, fuse=fuse) as stack:
            await go_on(stack, day, left)
    except Crash:
        pass
    async with life(folder, clock, seed=seed + 3) as stack:
        await go_on(stack, day, left)
        await holds(stack, day)


async def holds(stack: Stack, day: Day) -> None:
    """All that was answered is there, once, nothing waits, and nothing is left over."""
    await stack.advance(hours=30)  # what was begun and never ended is given back by then
    async with stack.client(Authorization=f"Bearer {day.access}") as http:
        await documents_hold(stack, http, day)
        cards = {card["id"]: card for card in await listed(http, CARDS)}
        assert {day.card, *day.answered["cards"]} <= set(cards)
        assert cards[day.card]["total_reviews"] == 2
        assert len(await listed(http, f"{CARDS}{day.card}/reviews/")) == 2
        stats = expect(await http.get(f"{CARDS}stats/"), 200).json()
        assert stats["total_flashcards"] == len(cards)
        streak = expect(await http.get("/api/v1/accounts/streak/"), 200).json()
        assert sum(each["reviews"] for each in streak["days"]) == 2
        jobs = {job["job_id"]: job["status"] for job in await listed(http, "/api/v1/jobs/")}
        assert jobs[day.answered["job"]] == "completed"
        assert set(jobs.values()) == {"completed"}
    await queue_holds(stack)
    mail_holds(stack, day)


async def documents_hold(stack: Stack, http: httpx.AsyncClient, day: Day) -> None:
    documents = await listed(http, f"/api/v1/courses/{day.course}/documents/")
    assert {each["id"] for each in documents} == {day.source, day.answered["document"]}
    assert len(documents) == 2
    assert {each["processing_status"] for each in documents} == {"completed"}
    held = await stack.services.store.get(UsageOf(day.user, stack.clock.now()).holdings)
    assert held is not None
    assert held.documents == 2
    assert held.storage_bytes == sum(each["file_size_bytes"] for each in documents)
    kept = [item async for item in stack.services.objects.list(f"users/{day.user}/")]
    assert len(kept) == 2, [item.key for item in kept]


async def queue_holds(stack: Stack) -> None:
    queue, now = stack.services.queue, stack.clock.now()
    assert await queue.list_dead_letters() == []
    assert [message.name for message in await queue.list_waiting() if message.due_at <= now] == []
    assert await stack.services.store.find(OUTBOX.query()) == []


def mail_holds(stack: Stack, day: Day) -> None:
    """One message for each request to reset, repeated ones included, and a reminder a day."""
    texts = [file.read_text("utf-8") for file in (stack.services.settings.data_dir / "mail").glob("*.eml")]
    kinds = Counter("reset" if "reset" in text.lower() else "reminder" for text in texts)
    assert 1 <= kinds["reset"] <= day.resets_sent
    assert kinds["reminder"] == days_between(START, stack.clock.now())


def days_between(start: datetime, end: datetime) -> int:
    """Count the times it was 18:00 UTC, when reminders are due."""
    return (end - timedelta(hours=18)).toordinal() - (start - timedelta(hours=18)).toordinal()
