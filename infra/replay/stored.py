"""Replay dead tasks and dead entries of the outbox, which are stored, and dead letters of the local queue."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import TypeVar

from infra.replay.letters import Letter, Replayed, Selection
from shared.clock import derive_id
from shared.dead_letters import DEAD_ENTRIES, DEAD_TASKS, UNREADABLE, DeadEntry, DeadTask
from shared.messages import TaskEnvelope
from shared.outbox import OUTBOX, OutboxEntry, create_entry
from shared.queue import DeadLetter
from shared.services import Services
from shared.store import Collection, Document, Ref, Transaction

_PAGE_DOCUMENTS = 100
D = TypeVar("D", bound=Document)


async def replay_stored(services: Services, *, selection: Selection, dry: bool = False) -> Replayed:
    """Move dead tasks and dead entries to the outbox, whose next sweep sends them; `dry` only lists them.

    Each moves in a transaction of its own: a crash loses none.
    """
    now = services.clock.now()
    chosen: list[Letter] = []
    left: list[Letter] = []
    async for task in _list_all(services, DEAD_TASKS):
        letter = Letter("task", task.name, task.group, task.task_id, task.died_at, task.error)
        if dry or task.name == UNREADABLE or not selection.fits(letter, now=now):
            left.append(letter)
        else:
            await _revive(services, DEAD_TASKS.doc(task.id), _enter_task(services, task, now))
            chosen.append(letter)
    async for entry in _list_all(services, DEAD_ENTRIES):
        letter = Letter("entry", "outbox.entry", "", entry.id, entry.died_at, entry.error)
        if dry or not selection.fits(letter, now=now):
            left.append(letter)
        else:
            await _revive(services, DEAD_ENTRIES.doc(entry.id), _enter_messages(entry, now))
            chosen.append(letter)
    return Replayed(tuple(chosen), tuple(left))


async def replay_queue(services: Services, *, selection: Selection, dry: bool = False) -> Replayed:
    """Put dead letters of the local queue back into it; `dry` only lists them."""
    now = services.clock.now()
    letters = [(dead, _read_letter(dead)) for dead in await services.queue.list_dead_letters()]
    chosen = [(dead, letter) for dead, letter in letters if not dry and selection.fits(letter, now=now)]
    await services.queue.replay_dead(
        [dead.message for dead, _ in chosen], now=now, consumer=selection.consumer
    )
    fitting = tuple(letter for _, letter in chosen)
    return Replayed(fitting, tuple(letter for _, letter in letters if letter not in fitting))


async def _list_all(services: Services, collection: Collection[D]) -> AsyncIterator[D]:
    query = collection.query().limit(_PAGE_DOCUMENTS)
    while page := await services.store.find(query):
        for document in page:
            yield document
        query = query.after(query.get_cursor(page[-1]))


async def _revive(services: Services, dead: Ref[D], entry: OutboxEntry) -> None:
    async def work(tx: Transaction) -> None:
        if await tx.get(dead) is not None:
            tx.delete(dead)
            tx.create(OUTBOX.doc(entry.id), entry)

    await services.store.transact(work)


def _enter_task(services: Services, dead: DeadTask, now: datetime) -> OutboxEntry:
    # A new id, as Cloud Tasks refuses the name of a task that ended recently.
    task_id = derive_id(dead.task_id, dead.died_at.isoformat())
    task = TaskEnvelope(task_id, dead.name, dead.group, dead.data)
    return create_entry(services.ids.new(), now=now, tasks=[task])


def _enter_messages(dead: DeadEntry, now: datetime) -> OutboxEntry:
    entry = create_entry(dead.id, now=now)
    return entry.model_copy(update={"events": dead.events, "tasks": dead.tasks})


def _read_letter(dead: DeadLetter) -> Letter:
    message, payload = dead.message, dead.message.payload
    time = datetime.fromisoformat(payload["time"]) if message.topic == "event" else message.due_at
    return Letter(message.topic, message.name, message.target, payload["id"], time, dead.error)
