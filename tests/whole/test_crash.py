"""The stack is killed again and again, at any moment; what it had answered is true, and counted once."""

import asyncio
import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.deadlines import DEADLINE_SECONDS, PROCESS_SECONDS
from tests.stack import PASSWORD
from tests.whole.clients import CARDS, Clients, expect, glossary, listed
from tests.whole.process import StackProcess

KILLS = int(os.environ.get("CRASH_KILLS", "5"))
LIFETIMES = (0.1, 1.0)  # seconds from readiness to the kill
EMAIL = "survivor@example.com"
STAYING_CARDS = 5


@pytest.fixture
def process(tmp_path: Path) -> Iterator[StackProcess]:
    built = StackProcess(tmp_path)
    yield built
    built.end()


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_nothing_answered_is_lost_or_counted_twice_over_kills_at_any_moment(
    process: StackProcess,
) -> None:
    chance = random.Random(20260302)
    await process.start()
    async with signed_up(process.url) as http:
        clients = await clients_of(http, process)
        working = asyncio.create_task(clients.work())
        for _ in range(KILLS):
            await asyncio.wait([working], timeout=chance.uniform(*LIFETIMES))
            assert not working.done(), working.exception()
            process.kill()
            await process.start()
        await until_each_was_answered(clients, working)
        clients.enough.set()
        await working
        await at_rest(process)
        await holds(clients)
    assert_mail_once(process.data / "mail", at_least=min(1, clients.answered.resets))
    assert queue_states(process.data)["dead"] == 0


async def until_each_was_answered(clients: Clients, working: "asyncio.Task[None]") -> None:
    """Until there is something of each kind to be held to, however slow the machine."""
    answered = clients.answered
    async with asyncio.timeout(PROCESS_SECONDS):
        while not (
            answered.documents
            and answered.jobs
            and answered.generated
            and answered.reviews.total() > STAYING_CARDS
        ):
            assert not working.done(), working.exception()
            await asyncio.sleep(0.05)


@asynccontextmanager
async def signed_up(url: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client with an hour-proof token of a new user."""
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=DEADLINE_SECONDS) as http:
        body = {"username": "survivor", "email": EMAIL, "password": PASSWORD}
        made = expect(await http.post("/api/v1/accounts/register/", json=body), 201).json()
        http.headers["Authorization"] = f"Bearer {made['access']}"
        soon = datetime.fromtimestamp(time.time() + 60, UTC).strftime("%H:%M")
        expect(await http.patch("/api/users/settings/", json={"reminder_time": soon}), 200)
        yield http


async def clients_of(http: httpx.AsyncClient, process: StackProcess) -> Clients:
    """With a few cards to review and documents to make more from."""
    course = expect(await http.post("/api/v1/courses/", json={"name": "Cells"}), 201).json()["id"]
    bodies = [{"course": course, "question": f"Cell {n}?", "answer": str(n)} for n in range(STAYING_CARDS)]
    cards = [card["id"] for card in expect(await http.post(CARDS, json=bodies), 201).json()]
    address = f"/api/v1/courses/{course}/documents/upload/"
    files = [{"file": (f"glossary{n}.md", glossary(n), "text/markdown")} for n in range(2)]
    made = [expect(await http.post(address, files=file), 201).json()["document"] for file in files]
    await at_rest(process)
    return Clients(http, course=course, cards=cards, sources=[each["id"] for each in made], email=EMAIL)


async def at_rest(process: StackProcess) -> None:
    """Until nothing that is due waits any more."""
    limit = time.monotonic() + PROCESS_SECONDS
    calm = 0
    while calm < 5:
        states = queue_states(process.data)
        assert time.monotonic() < limit, f"no rest: {states}\n{process.log.read_text()[-3000:]}"
        calm = calm + 1 if not (states["waiting"] or states["outbox"] or states["processing"]) else 0
        await asyncio.sleep(0.2)


def queue_states(data: Path) -> Counter[str]:
    """Count messages that are due or dead, outbox entries, and unfinished documents."""
    with closing(sqlite3.connect(f"file:{data / 'store.sqlite3'}?mode=ro", uri=True, timeout=10)) as db:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        soon = db.execute(
            "SELECT state, count(*) FROM queue WHERE state = 'dead' OR due_at <= ? GROUP BY 1",
            (now,),
        )
        left = db.execute("SELECT count(*) FROM documents WHERE kind = 'outbox'").fetchone()[0]
        hanging = db.execute(
            "SELECT count(*) FROM documents WHERE kind = 'documents'"
            " AND json_extract(data, '$.processing_status') IN ('pending', 'processing')"
        ).fetchone()[0]
        return Counter(dict(soon.fetchall())) + Counter({"outbox": left, "processing": hanging})


async def holds(clients: Clients) -> None:
    """Everything answered is there, once, and every place that counts counts the same."""
    http, answered = clients.http, clients.answered
    assert min(len(answered.documents), len(answered.jobs), len(answered.generated)) > 0
    assert sum(answered.reviews.values()) > STAYING_CARDS
    await documents_hold(clients)
    cards = {card["id"]: card for card in await listed(http, CARDS)}
    assert answered.cards | answered.generated <= set(cards)
    for card, reviews in answered.reviews.items():
        history = await listed(http, f"{CARDS}{card}/reviews/")
        assert (cards[card]["total_reviews"], len(history)) == (reviews, reviews)
    stats = (await http.get(f"{CARDS}stats/")).json()
    assert stats["total_flashcards"] == len(cards)
    assert sum(each["count"] for each in stats["by_mastery"]) == len(cards)
    streak = (await http.get("/api/v1/accounts/streak/")).json()
    assert sum(day["reviews"] for day in streak["days"]) == sum(answered.reviews.values())
    jobs = {job["job_id"]: job for job in await listed(http, "/api/v1/jobs/")}
    assert answered.jobs <= set(jobs)
    ends = Counter(job["status"] for job in jobs.values())
    assert set(ends) <= {"completed", "failed"}
    assert ends["completed"]


async def documents_hold(clients: Clients) -> None:
    documents: dict[str, dict[str, Any]] = {}
    for document in await listed(clients.http, f"/api/v1/courses/{clients.course}/documents/"):
        assert document["name"] not in documents, "a file that was sent twice is one document"
        documents[document["name"]] = document
    stored = {name: document["id"] for name, document in documents.items()}
    assert clients.answered.documents.items() <= stored.items()
    assert {document["processing_status"] for document in documents.values()} == {"completed"}


def assert_mail_once(folder: Path, *, at_least: int) -> None:
    messages = [message_from_bytes(file.read_bytes(), policy=default) for file in folder.glob("*.eml")]
    keys = [(message["Message-ID"], message["To"]) for message in messages]
    assert len(keys) == len(set(keys)) >= at_least
    bodies = Counter(str(message.get_content()) for message in messages)
    assert set(bodies.values()) <= {1}, "two messages say the same"
