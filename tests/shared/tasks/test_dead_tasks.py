"""Tasks that fail in each attempt are kept, told, and brought back."""

from datetime import timedelta

import pytest

from infra.replay.letters import Replayed, Selection
from infra.replay.stored import replay_stored
from shared.dead_letters import DEAD_ENTRIES, DEAD_TASKS, DeadEntry
from shared.messages import TaskEnvelope
from shared.outbox import OUTBOX
from shared.queue import MAX_ATTEMPTS
from shared.wire import RETRY_COUNT_HEADER, TASK_ID_HEADER, build_task_body
from tests.shared.bells import Ring
from tests.shared.tasks.sides import URL, CloudSide, Side, advance

HOUR = timedelta(hours=1)
RING = TaskEnvelope("t1", Ring.name, Ring.group, {"words": "Ü"})


async def fail(side: Side) -> None:
    side.tower.refusals = MAX_ATTEMPTS
    await side.tasks.enqueue([RING])
    await side.deliver()
    await advance(side, HOUR, step=timedelta(minutes=5))
    assert side.tower.refusals == 0


async def test_a_task_that_failed_for_good_is_kept_told_and_brought_back(
    side: Side, caplog: pytest.LogCaptureFixture
) -> None:
    await fail(side)
    (line,) = [fields for each in caplog.records if "dead_task" in (fields := getattr(each, "fields", {}))]
    assert line == {"dead_task": "bell.ring", "task_id": "t1", "group": "tower"}
    (letter,) = (await side.replay(dry=True)).left
    assert (letter.kind, letter.name, letter.group, letter.id) == ("task", "bell.ring", "tower", "t1")
    assert "RuntimeError: the tower tower is closed" in letter.error
    assert (await side.replay(Selection(name="bell.melt"))).left == (letter,)
    assert side.tower.rung == []
    assert (await side.replay()).letters == (letter,)
    await side.deliver()
    assert [words for words, _ in side.tower.rung] == ["Ü"]
    assert await side.replay() == Replayed()


async def test_a_task_that_fails_again_after_its_replay_dies_again(side: Side) -> None:
    await fail(side)
    side.tower.refusals = MAX_ATTEMPTS
    assert len((await side.replay()).letters) == 1
    await advance(side, HOUR, step=timedelta(minutes=5))
    assert len((await side.replay()).letters) == 1
    await side.deliver()
    assert len(side.tower.rung) == 1


async def test_a_task_that_cannot_be_kept_is_delivered_until_it_can(
    cloud: CloudSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(cloud.services.store, "put", _fail)
        cloud.tower.refusals = 1000
        await cloud.tasks.enqueue([RING])
        await advance(cloud, HOUR, step=timedelta(minutes=5))
    await advance(cloud, HOUR, step=timedelta(minutes=5))
    (dead,) = await cloud.services.store.find(DEAD_TASKS.query())
    assert dead.attempts > MAX_ATTEMPTS


async def post(cloud: CloudSide, body: bytes, *, retries: int | None) -> int:
    headers = {TASK_ID_HEADER: "t1"} | ({} if retries is None else {RETRY_COUNT_HEADER: str(retries)})
    return (await cloud.http.post(URL, content=body, headers=headers)).status_code


@pytest.mark.parametrize("body", [b"no json", b"[]", b'{"name": "bell.ring"}'])
async def test_what_is_no_task_is_kept_too_and_stays(cloud: CloudSide, body: bytes) -> None:
    assert await post(cloud, body, retries=MAX_ATTEMPTS - 2) == 404
    assert await cloud.services.store.find(DEAD_TASKS.query()) == []
    assert await post(cloud, body, retries=MAX_ATTEMPTS - 1) == 204
    (dead,) = await cloud.services.store.find(DEAD_TASKS.query())
    assert (dead.name, dead.data) == ("unreadable", {"body": body.decode()})
    assert [letter.name for letter in (await cloud.replay()).left] == ["unreadable"]


async def test_a_task_of_an_unknown_name_is_kept_at_its_last_attempt(cloud: CloudSide) -> None:
    body = build_task_body(TaskEnvelope("t1", "bell.melt", Ring.group, {}))
    assert await post(cloud, body, retries=0) == 404
    assert await post(cloud, body, retries=MAX_ATTEMPTS - 1) == 204
    assert [dead.name for dead in await cloud.services.store.find(DEAD_TASKS.query())] == ["bell.melt"]


async def test_a_handler_that_ends_its_process_is_not_tried_for_ever(cloud: CloudSide) -> None:
    assert await post(cloud, build_task_body(RING), retries=2 * MAX_ATTEMPTS) == 204
    assert cloud.tower.rung == []
    (dead,) = await cloud.services.store.find(DEAD_TASKS.query())
    assert dead.error == f"NeverAnswered: {2 * MAX_ATTEMPTS} attempts were not answered"


async def test_after_an_outage_of_the_platform_a_task_is_tried_once_more(cloud: CloudSide) -> None:
    assert await post(cloud, build_task_body(RING), retries=MAX_ATTEMPTS + 1) == 204
    assert len(cloud.tower.rung) == 1
    assert await cloud.services.store.find(DEAD_TASKS.query()) == []


async def test_a_scheduled_run_that_fails_leaves_nothing(cloud: CloudSide) -> None:
    cloud.tower.refusals = 1
    assert await post(cloud, build_task_body(RING), retries=None) == 500
    assert await cloud.services.store.find(DEAD_TASKS.query()) == []


async def test_dead_entries_of_the_outbox_are_brought_back(cloud: CloudSide) -> None:
    now = cloud.clock.now()
    messages = [{"id": "t1", "name": Ring.name, "group": "tower", "data": {"words": "x"}, "not_before": None}]
    entry = DeadEntry(id="e1", created_at=now, died_at=now, attempts=20, error="KeyError", tasks=messages)
    await cloud.services.store.put(DEAD_ENTRIES.doc("e1"), entry)
    (letter,) = (await replay_stored(cloud.services, selection=Selection())).letters
    assert (letter.kind, letter.id) == ("entry", "e1")
    assert [entry.attempts for entry in await cloud.services.store.find(OUTBOX.query())] == [0]
    await cloud.services.outbox.sweep(cloud.services.store, older_than=timedelta(0))
    await cloud.deliver()
    assert [words for words, _ in cloud.tower.rung] == ["x"]


async def _fail(*_: object) -> None:
    raise ConnectionError
