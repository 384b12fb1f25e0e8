"""Contract of events, over the embedded queue and over Pub/Sub's emulator."""

import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.replay.letters import Replayed, Selection
from shared.clock import ManualClock
from shared.consumers import MARKER_RETENTION, MAX_REPLAY_AGE
from shared.messages import EventEnvelope
from tests.shared.bells import Heard, Rang, counted
from tests.shared.events.sides import PubSubSide, Side, until

TIME = datetime(2026, 3, 2, 11, 59, 58, 123456, tzinfo=UTC)
DATA: list[dict[str, Any]] = [
    {},
    {"inscription": "Üben – 練習 🔔 \u2028 \"quoted\" 'n' \\ \u0000"},
    {"inscription": "x" * 50_000},
    {"peal": {"bells": [1, 2.5, None, True, {"deep": [[], {}]}], "näme": "C♯"}},
]


def envelope(event_id: str, **data: Any) -> EventEnvelope:
    return EventEnvelope(event_id, Rang.type, TIME, data)


async def test_every_subscribed_group_gets_every_event_intact(side: Side) -> None:
    sent = [
        EventEnvelope(f"e{index}", Rang.type, TIME + timedelta(seconds=index), data)
        for index, data in enumerate(DATA)
    ]
    await side.events.publish([*sent, EventEnvelope("other", "bell.melted", TIME, {})])

    async def all_counted() -> bool:
        return all([await counted(side.services, tower) >= len(sent) for tower in side.towers])

    await until(side, all_counted)  # an event is counted after it is heard
    expected = [Heard(each.id, each.time, Rang.model_validate(each.data)) for each in sent]
    for tower in side.towers:
        assert sorted(tower.heard, key=lambda heard: heard.event_id) == expected
        assert await counted(side.services, tower) == len(sent)


async def test_nothing_to_publish_is_nothing(side: Side) -> None:
    await side.events.publish([])


@pytest.mark.parametrize("seed", [1, 2])
async def test_repeated_deliveries_in_any_order_have_one_effect(side: Side, seed: int) -> None:
    rng = random.Random(seed)
    copies = {f"e{index}": rng.randint(1, 5) for index in range(8)}
    arrived = 0
    for round_ in range(5):
        sent = [envelope(event_id) for event_id, times in copies.items() if times > round_]
        rng.shuffle(sent)
        await side.events.publish(sent)
        arrived += len(sent)

        async def all_heard(expected: int = arrived) -> bool:
            return all(len(tower.heard) >= expected for tower in side.towers)

        await until(side, all_heard)

    async def settled() -> bool:
        return all([await counted(side.services, tower) >= len(copies) for tower in side.towers])

    await until(side, settled)
    assert [await counted(side.services, tower) for tower in side.towers] == [len(copies), len(copies)]


async def test_what_a_handler_refuses_is_delivered_again_to_it_alone(side: Side) -> None:
    north, south = side.towers
    north.refusals = 1
    await side.events.publish([envelope("e1", inscription="again")])

    async def counted_in_both() -> bool:
        return all([await counted(side.services, tower) == 1 for tower in side.towers])

    await until(side, counted_in_both)
    assert [heard.event.inscription for heard in north.heard] == ["again", "again"]
    assert len(south.heard) == 1


async def fail_in_north(side: Side) -> None:
    """Publish an event, which becomes a dead letter of the first tower and has its effect in the second."""
    north, south = side.towers
    north.refusals = side.attempts
    await side.events.publish([envelope("e1", inscription="Ü")])

    async def dead() -> bool:
        return not north.refusals and len((await side.replay(dry=True)).left) == 1

    async def counted_in_south() -> bool:
        return await counted(side.services, south) == 1

    await until(side, dead)
    await until(side, counted_in_south)


async def wait_for_north(side: Side) -> None:
    async def counted_at_last() -> bool:
        return await counted(side.services, side.towers[0]) == 1

    await until(side, counted_at_last)


async def test_after_its_last_attempt_it_is_a_dead_letter_and_a_replay_delivers_it(side: Side) -> None:
    north, south = side.towers
    await fail_in_north(side)
    (letter,) = (await side.replay(dry=True)).left
    assert (letter.kind, letter.name, letter.group, letter.id) == ("event", Rang.type, "north", "e1")
    assert (await side.replay(Selection(name="bell.melted"))).letters == ()
    assert (await side.replay()).letters == (letter,)
    await wait_for_north(side)
    assert north.heard == [north.heard[0]] * (side.attempts + 1)
    assert len(south.heard) == 1, "a replay is for the group whose delivery failed"
    assert await side.replay() == Replayed()


async def test_a_replay_and_a_seek_on_day_8_have_no_second_effect(side: Side, clock: ManualClock) -> None:
    north, south = side.towers
    await fail_in_north(side)
    clock.advance(timedelta(days=8))
    await side.services.store.expire(clock.now())
    assert len((await side.replay()).letters) == 1
    await wait_for_north(side)
    await side.services.store.expire(clock.now())
    await side.events.publish([envelope("e1", inscription="Ü")])  # as after a seek: to all, once more

    async def all_heard() -> bool:
        return (len(north.heard), len(south.heard)) == (side.attempts + 2, 2)

    await until(side, all_heard)
    assert [await counted(side.services, tower) for tower in side.towers] == [1, 1]


async def test_a_letter_older_than_the_markers_goes_to_a_named_consumer_alone(
    side: Side, clock: ManualClock
) -> None:
    await fail_in_north(side)
    clock.advance(timedelta(days=39))
    assert len((await side.replay()).left) == 1
    named = Selection(Rang.type, group="north", consumer="north-counter")
    other = Selection(Rang.type, group="south", consumer="south-counter")
    assert (await side.replay(other)).letters == ()
    assert len((await side.replay(named)).letters) == 1
    await wait_for_north(side)
    assert len(side.towers[1].heard) == 1


async def test_a_strange_dead_letter_stays_and_holds_up_no_other(side: Side) -> None:
    if not isinstance(side, PubSubSide):
        pytest.skip("the local queue takes events alone")
    await fail_in_north(side)
    await side.bury_strange()

    async def both() -> bool:
        return len((await side.replay(dry=True)).left) == 2

    await until(side, both)
    replayed = await side.replay()
    assert [letter.id for letter in replayed.letters] == ["e1"]
    assert [letter.name for letter in replayed.left] == ["unreadable"]
    await wait_for_north(side)


def test_a_marker_outlives_every_replay() -> None:
    """By the retention of topics, subscriptions and dead letters in Terraform."""
    text = (Path(__file__).parents[3] / "terraform" / "events.tf").read_text("utf-8")
    seconds = sorted(int(found) for found in re.findall(r'message_retention_duration = "(\d+)s"', text))
    assert seconds == [604_800, 604_800, 2_678_400], "the topic's, the subscriptions', the dead letters'"
    delivered, kept = timedelta(seconds=seconds[1]), timedelta(seconds=seconds[2])
    assert delivered + kept == MAX_REPLAY_AGE
    assert MAX_REPLAY_AGE + delivered < MARKER_RETENTION
