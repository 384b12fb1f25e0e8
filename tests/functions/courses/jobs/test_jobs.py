import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from shared.errors import ProcessingFailed
from shared.identity import SESSIONS
from shared.jobs import JOBS, Job, begin_attempt, create_job, fail_job, finish_job, record_progress
from tests.functions.courses.polling import Polls
from tests.functions.courses.studies import sign_in
from tests.stack import Stack, User

URL = "/api/v1/jobs/"


async def store(stack: Stack, user: User, job: Job) -> Job:
    await stack.services.store.put(JOBS.doc(job.id, user=user.id), job)
    return job


async def make(stack: Stack, user: User, **fields: Any) -> Job:
    stack.clock.advance(timedelta(seconds=1))
    job = create_job(stack.services.ids.new(), kind="generation", request={}, now=stack.clock.now())
    return await store(stack, user, job.model_copy(update=fields))


async def test_a_job_tells_how_it_is_getting_on(stack: Stack, user: User) -> None:
    job = await make(stack, user)
    answer = await user.http.get(f"{URL}{job.id}/")
    assert answer.json() == {
        "job_id": job.id,
        "kind": "generation",
        "status": "queued",
        "progress_percentage": 0,
        "result": None,
        "error": None,
        "created_at": "2026-03-02T12:00:01.000Z",
        "updated_at": "2026-03-02T12:00:01.000Z",
    }


async def test_jobs_are_listed_newest_first_and_filtered(stack: Stack, user: User) -> None:
    first, second = await make(stack, user), await make(stack, user, kind="summary", status="running")
    await make(stack, await sign_in(stack))
    for asked, expected in (
        ({}, [second, first]),
        ({"kind": "summary"}, [second]),
        ({"status": "queued", "kind": "generation"}, [first]),
        ({"status": "failed"}, []),
    ):
        found = (await user.http.get(URL, params=asked)).json()
        assert [job["job_id"] for job in found["results"]] == [job.id for job in expected]
    assert (await user.http.get(URL, params={"status": "odd"})).status_code == 422


async def test_another_users_job_and_an_old_one_are_not_there(stack: Stack, user: User) -> None:
    theirs = await make(stack, await sign_in(stack))
    assert (await user.http.get(f"{URL}{theirs.id}/")).status_code == 404
    mine = await make(stack, user)
    stack.clock.advance(timedelta(days=31))
    assert (await user.http.get(f"{URL}{mine.id}/")).status_code == 404


async def test_a_user_who_is_being_erased_may_watch_that(stack: Stack, user: User) -> None:
    job = await make(stack, user)
    async for path, _ in stack.services.store.stream_subtree(f"users/{user.id}/sessions"):
        ref = SESSIONS.doc(path.rsplit("/", 1)[1], user=user.id)
        await stack.services.store.merge(ref, {"scope": "erasure"})
    assert (await user.http.get(f"{URL}{job.id}/")).status_code == 200
    assert (await user.http.get("/api/v1/courses/")).status_code == 401


class Watcher:
    """Reads the stream of a job."""

    def __init__(self, stack: Stack, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
        self._stack = stack
        self._user = user
        self._monkeypatch = monkeypatch

    async def read(self, job: Job, *steps: Job | None) -> list[tuple[str, Any]]:
        """Read the events while the job goes through `steps`; None deletes it."""
        ref = JOBS.doc(job.id, user=self._user.id)
        polls = Polls(self._stack.services.store, ref.path, self._monkeypatch)

        async def go() -> None:
            for step in steps:
                await polls.shown()
                if step is None:
                    await self._stack.services.store.delete(ref)
                else:
                    await store(self._stack, self._user, step)

        answer, _ = await asyncio.gather(
            self._user.http.get(f"{URL}{job.id}/", headers={"Accept": "text/event-stream"}), go()
        )
        assert answer.status_code == 200
        events = [block.split("\r\n") for block in answer.text.strip().split("\r\n\r\n")]
        return [
            (event[0].removeprefix("event: "), json.loads(event[1].removeprefix("data: ")))
            for event in events
        ]


@pytest.fixture
def watcher(stack: Stack, user: User, monkeypatch: pytest.MonkeyPatch) -> Watcher:
    monkeypatch.setattr("functions.courses.jobs.service._POLL_SECONDS", 0.01)
    return Watcher(stack, user, monkeypatch)


async def test_a_stream_shows_each_change_until_the_end(stack: Stack, user: User, watcher: Watcher) -> None:
    job = await make(stack, user)
    now = stack.clock.now()
    half = record_progress(begin_attempt(job, now=now), 50, now=now)
    events = await watcher.read(job, half, half, finish_job(half, {"cards": 3}, now=now))
    assert [(name, data["progress_percentage"]) for name, data in events] == [
        ("progress", 0), ("progress", 50), ("completed", 100)
    ]  # fmt: skip
    assert events[-1][1]["result"] == {"cards": 3}


async def test_a_stream_ends_with_the_failure(stack: Stack, user: User, watcher: Watcher) -> None:
    job = await make(stack, user)
    over = fail_job(job, ProcessingFailed("It failed"), now=stack.clock.now())
    events = await watcher.read(job, over)
    assert (events[-1][0], events[-1][1]["error"]) == ("failed", "It failed")
    assert len(await watcher.read(over)) == 1


async def test_a_stream_ends_when_the_job_is_gone_or_nobody_finishes_it(
    stack: Stack, user: User, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await make(stack, user)
    assert len(await watcher.read(job, None)) == 1
    await store(stack, user, job)
    monkeypatch.setattr("functions.courses.jobs.service._MAX_WATCH_SECONDS", 0.03)
    assert len(await watcher.read(job)) == 1
