"""Cloud Tasks: what goes over the wire, and what faults become."""

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.cloud_tasks import CloudTasksStandIn
from shared.clock import ManualClock, SystemClock
from shared.errors import ServiceUnavailable
from shared.messages import TaskEnvelope
from shared.tasks.cloud_tasks import MAX_SCHEDULE_AHEAD, plan_dispatch
from tests.deadlines import DEADLINE_SECONDS
from tests.shared.bells import Ring
from tests.shared.tasks.sides import ACCOUNT, URL, CloudSide, cloud_tasks

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def ring(task_id: str = "t1", *, at: datetime | None = None) -> TaskEnvelope:
    return TaskEnvelope(task_id, Ring.name, Ring.group, {"words": "Ü"}, at)


async def test_a_task_is_a_signed_request_to_its_group(cloud: CloudSide) -> None:
    await cloud.tasks.enqueue([ring(at=NOW + HOUR)])
    (task,) = cloud.server.taken
    queue, _, name = task.name.rpartition("/tasks/")
    assert queue == "projects/p/locations/europe-west1/queues/test-tower"
    assert len(name) == 64
    assert name.isalnum()
    request = task.http_request
    assert (request.http_method.name, request.url) == ("POST", URL)
    assert dict(request.headers) == {"Content-Type": "application/json", "X-Task-Id": "t1"}
    assert json.loads(request.body) == {"name": "bell.ring", "data": {"words": "Ü"}}
    assert (request.oidc_token.service_account_email, request.oidc_token.audience) == (ACCOUNT, URL)
    assert task.schedule_time == NOW + HOUR
    assert task.dispatch_deadline == timedelta(minutes=10)


async def test_without_an_account_nothing_is_signed(cloud: CloudSide) -> None:
    tasks = cloud_tasks(cloud.clock, cloud.server.address, service_account="")
    await tasks.enqueue([ring()])
    (task,) = cloud.server.taken
    assert "oidc_token" not in task.http_request
    assert "schedule_time" not in task
    await tasks.aclose()


async def test_a_far_task_goes_out_for_29_days_and_brings_its_time(cloud: CloudSide) -> None:
    at = NOW + 100 * DAY
    await cloud.tasks.enqueue([ring(at=at)])
    cloud.clock.advance(29 * DAY)
    await cloud.deliver()
    first, second = cloud.server.taken
    assert first.name != second.name
    assert [task.schedule_time for task in (first, second)] == [NOW + 29 * DAY, NOW + 58 * DAY]
    assert json.loads(second.http_request.body)["not_before"] == at.isoformat()
    assert [task.http_request.headers["X-Task-Id"] for task in (first, second)] == ["t1", "t1"]


async def test_when_handing_in_again_fails_the_delivery_is_repeated(cloud: CloudSide) -> None:
    at = NOW + 40 * DAY
    await cloud.tasks.enqueue([ring(at=at)])
    cloud.server.faults.coming = ["PERMISSION_DENIED"]
    cloud.clock.advance(29 * DAY)
    await cloud.deliver()
    assert len(cloud.server.taken) == 1
    cloud.clock.advance(timedelta(seconds=2))
    await cloud.deliver()
    assert cloud.server.taken[-1].schedule_time == at


@given(
    days=st.floats(min_value=29.01, max_value=2000),
    skew=st.floats(min_value=-30, max_value=3600),
)
def test_a_far_task_arrives_at_its_time_and_never_under_the_name_that_brings_it(
    days: float, skew: float
) -> None:
    now, at = NOW, NOW + days * DAY
    given = plan_dispatch(ring(at=at), now)
    while given.task.not_before is not None:
        assert given.at is not None
        assert now < given.at <= now + MAX_SCHEDULE_AHEAD
        now = given.at + timedelta(seconds=skew)  # clocks differ, deliveries are late
        again = plan_dispatch(given.task, now)
        assert again.key != given.key
        given = again
    assert (given.key, given.at) == ("t1", at if at > now else None)


async def test_a_passing_fault_is_waited_out(cloud: CloudSide) -> None:
    cloud.server.faults.coming = ["UNAVAILABLE", "UNAVAILABLE"]
    await cloud.tasks.enqueue([ring()])
    assert cloud.server.faults.calls == 3
    assert len(cloud.server.taken) == 1


@pytest.mark.parametrize("fault", ["NOT_FOUND", "PERMISSION_DENIED", "FAILED_PRECONDITION"])
async def test_a_lasting_fault_is_told_and_the_others_are_taken(cloud: CloudSide, fault: str) -> None:
    cloud.server.faults.coming = [fault]
    with pytest.raises(ServiceUnavailable):
        await cloud.tasks.enqueue([ring("t1"), ring("t2")])
    assert len(cloud.server.taken) == 1
    await cloud.tasks.enqueue([ring("t1"), ring("t2")])
    assert len(cloud.server.taken) == 2


@pytest.mark.parametrize("fault", ["hang", "DEADLINE_EXCEEDED"])
async def test_no_answer_in_time_is_unavailability(cloud: CloudSide, fault: str) -> None:
    cloud.server.faults.coming = [fault] * 5
    tasks = cloud_tasks(cloud.clock, cloud.server.address, timeout=0.3)
    with pytest.raises(ServiceUnavailable):
        await tasks.enqueue([ring()])
    await tasks.aclose()


async def test_missing_credentials_are_unavailability(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clock: ManualClock
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "missing.json"))
    tasks = cloud_tasks(clock, "")
    with pytest.raises(ServiceUnavailable):
        await tasks.enqueue([ring()])
    await tasks.aclose()


async def test_the_stand_in_refuses_what_cloud_tasks_refuses(cloud: CloudSide) -> None:
    behind = ManualClock(NOW + 2 * DAY)  # so that 29 days from there are 31 from here
    tasks = cloud_tasks(behind, cloud.server.address)
    with pytest.raises(ServiceUnavailable, match="not allowed"):
        await tasks.enqueue([ring(at=NOW + 100 * DAY)])
    await tasks.aclose()


async def test_a_name_is_free_again_after_an_hour(cloud: CloudSide) -> None:
    rung = []
    for _ in range(3):
        await cloud.tasks.enqueue([ring()])
        await cloud.deliver()
        rung.append(len(cloud.tower.rung))
        cloud.clock.advance(HOUR / 2)
    assert rung == [1, 1, 2]


async def test_the_stand_in_delivers_by_itself_and_outlives_a_target_that_is_gone() -> None:
    failed, reached = asyncio.Event(), asyncio.Event()

    async def target(request: httpx.Request) -> httpx.Response:
        if failed.is_set():
            reached.set()
            return httpx.Response(204)
        failed.set()
        raise httpx.ConnectError("gone")

    async with httpx.AsyncClient(transport=httpx.MockTransport(target)) as http:
        clock = SystemClock()
        server = CloudTasksStandIn(clock=clock, http=http)
        tasks = cloud_tasks(clock, await server.start())
        running = asyncio.create_task(server.run())
        await tasks.enqueue([ring()])
        await asyncio.wait_for(reached.wait(), DEADLINE_SECONDS)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await tasks.aclose()
        await server.stop()
