"""Contract of events, over the embedded queue and over Pub/Sub's emulator."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.messages import EventEnvelope
from tests.shared.bells import Heard, Rang, counted
from tests.shared.events.sides import Side, until

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

    async def all_heard() -> bool:
        return all(len(tower.heard) >= len(sent) for tower in side.towers)

    await until(side, all_heard)
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


async def test_after_its_last_attempt_it_is_a_dead_letter_and_a_replay_delivers_it(side: Side) -> None:
    north, south = side.towers
    north.refusals = side.attempts
    await side.events.publish([envelope("e1", inscription="Ü")])

    async def replayed() -> bool:
        return not north.refusals and await side.replay() == 1

    await until(side, replayed)

    async def counted_at_last() -> bool:
        return await counted(side.services, north) == 1

    await until(side, counted_at_last)
    assert north.heard == [north.heard[0]] * (side.attempts + 1)
    assert await counted(side.services, south) == 1
    assert await side.replay() == 0
