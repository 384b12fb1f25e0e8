"""A small product of bells, whose groups hear an event and run a task; it records what reaches them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from pydantic import Field

from shared.consumers import Delivery, Handlers
from shared.group import Group
from shared.messages import Event, Task
from shared.services import Services
from shared.store import Collection, Document, Increment, Transaction


class Counter(Document):
    number: int = 0


COUNTERS = Collection("counters", Counter)


class Rang(Event):
    type: ClassVar[str] = "bell.rang"

    inscription: str = ""
    peal: dict[str, Any] = Field(default={})


class Ring(Task):
    name: ClassVar[str] = "bell.ring"
    group: ClassVar[str] = "tower"

    words: str = ""


@dataclass(frozen=True)
class Heard:
    """A delivery of an event that reached a consumer."""

    event_id: str
    time: datetime
    event: Rang


@dataclass
class Tower:
    """A group: what reached it, and how many of the next deliveries it refuses."""

    name: str
    heard: list[Heard] = field(default_factory=list)
    rung: list[tuple[str, datetime]] = field(default_factory=list)
    refusals: int = 0

    def group(self) -> Group:
        handlers = Handlers()

        @handlers.on(Rang, name=f"{self.name}-counter")
        async def count(services: Services, event: Rang, delivery: Delivery) -> None:
            async def work(tx: Transaction) -> None:
                if await delivery.claim(tx):
                    tx.merge(COUNTERS.doc(self.name), {"number": Increment(1)})

            self.heard.append(Heard(delivery.event_id, delivery.time, event))
            self._refuse()
            await services.store.transact(work)

        @handlers.does(Ring)
        async def ring(services: Services, task: Ring) -> None:
            self._refuse()
            self.rung.append((task.words, services.clock.now()))

        return Group(self.name, (), handlers)

    def _refuse(self) -> None:
        if self.refusals:
            self.refusals -= 1
            raise RuntimeError(f"the tower {self.name} is closed")


async def counted(services: Services, tower: Tower) -> int:
    """Count the events that had their effect."""
    found = await services.store.get(COUNTERS.doc(tower.name))
    return found.number if found else 0
