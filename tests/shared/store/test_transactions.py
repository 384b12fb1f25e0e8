"""Transactions of every document database: all or nothing, on a view that nobody changed."""

import asyncio
from itertools import count

import pytest

from shared.store import AlreadyExists, Contention, Meter, Store, Transaction, use_meter
from tests.deadlines import DEADLINE_SECONDS
from tests.shared.store.things import THINGS, Thing

REF = THINGS.doc("one", user="u")
OTHER = THINGS.doc("other", user="u")


class Meeting:
    """Those who come wait for each other, the first time."""

    def __init__(self, number: int) -> None:
        self._missing = number
        self._complete = asyncio.Event()

    async def join(self) -> None:
        self._missing -= 1
        if self._missing <= 0:
            self._complete.set()
        await self._complete.wait()


async def test_a_transaction_writes_all_or_nothing(store: Store) -> None:
    await store.put(OTHER, Thing(id="other"))

    async def work(tx: Transaction) -> None:
        tx.put(REF, Thing(id="one"))
        tx.create(THINGS.doc("others", user="u"), Thing(id="others"))
        tx.create(OTHER, Thing(id="other"))

    with pytest.raises(AlreadyExists) as caught:
        await store.transact(work)
    assert caught.value.path == OTHER.path
    assert await store.get(REF) is None


async def test_one_transaction_creates_a_document_once(store: Store) -> None:
    async def work(tx: Transaction) -> None:
        tx.create(REF, Thing(id="one", name="first"))
        tx.create(REF, Thing(id="one", name="second"))

    with pytest.raises(AlreadyExists, match=REF.path):
        await store.transact(work)
    assert await store.get(REF) is None


async def test_an_error_in_the_work_writes_nothing_and_holds_up_nobody(store: Store) -> None:
    async def work(tx: Transaction) -> None:
        await tx.get(REF)
        tx.put(REF, Thing(id="one"))
        raise LookupError

    with pytest.raises(LookupError):
        await store.transact(work)
    async with asyncio.timeout(DEADLINE_SECONDS):
        await store.create(REF, Thing(id="one", name="after"))
    assert await store.get(REF) == Thing(id="one", name="after")


async def test_a_cancelled_transaction_holds_up_nobody(store: Store) -> None:
    reading = asyncio.Event()

    async def work(tx: Transaction) -> None:
        await tx.get(REF)
        reading.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(store.transact(work))
    await reading.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(DEADLINE_SECONDS):
        await store.create(REF, Thing(id="one"))


async def test_a_transaction_may_read_only_or_do_nothing(store: Store) -> None:
    await store.put(REF, Thing(id="one", size=3))

    async def read(tx: Transaction) -> list[int | None]:
        one, rows = await asyncio.gather(tx.get(REF), tx.find(THINGS.query(user="u")))
        return [one.size if one else None, *(row.size for row in rows)]

    async def nothing(_: Transaction) -> str:
        return "done"

    assert await store.transact(read) == [3, 3]
    assert await store.transact(nothing) == "done"


async def test_reads_see_the_state_before_the_transaction(store: Store) -> None:
    async def work(tx: Transaction) -> tuple[Thing | None, list[Thing]]:
        tx.put(REF, Thing(id="one"))
        return await tx.get(REF), await tx.find(THINGS.query(user="u"))

    assert await store.transact(work) == (None, [])
    assert await store.get(REF) == Thing(id="one")


@pytest.mark.parametrize("number", [8, 40])
async def test_concurrent_transactions_lose_no_update(store: Store, number: int) -> None:
    await store.put(REF, Thing(id="one", size=0))

    async def work(tx: Transaction) -> None:
        found = await tx.get(REF)
        assert found is not None
        assert found.size is not None
        await asyncio.sleep(0)
        tx.put(REF, found.model_copy(update={"size": found.size + 1}))

    await asyncio.gather(*(store.transact(work) for _ in range(number)))
    found = await store.get(REF)
    assert found is not None
    assert found.size == number


async def test_two_who_found_a_place_free_do_not_both_take_it(store: Store) -> None:
    """A phantom: one transaction writes what the query of the other did not find."""
    meeting = Meeting(2)

    async def take(name: str) -> bool:
        async def work(tx: Transaction) -> bool:
            taken = await tx.find(THINGS.query(user="u").where("group", "==", "place"))
            await meeting.join()
            if not taken:
                tx.create(THINGS.doc(name, user="u"), Thing(id=name, group="place"))
            return not taken

        return await store.transact(work)

    assert sorted(await asyncio.gather(take("mine"), take("yours"))) == [False, True]
    assert await store.count(THINGS.query(user="u")) == 1


async def test_two_who_decide_by_what_the_other_changes_see_each_other(store: Store) -> None:
    """Each writes only what the other read: write skew."""
    await store.put(REF, Thing(id="one", ready=True))
    await store.put(OTHER, Thing(id="other", ready=True))
    meeting = Meeting(2)

    async def leave(ref_id: str) -> None:
        async def work(tx: Transaction) -> None:
            present = [thing for thing in await tx.get_many([REF, OTHER]) if thing and thing.ready]
            await meeting.join()
            if len(present) == 2:
                tx.merge(THINGS.doc(ref_id, user="u"), {"ready": False})

        await store.transact(work)

    await asyncio.gather(leave("one"), leave("other"))
    assert await store.count(THINGS.query(user="u").where("ready", "==", True)) == 1


@pytest.mark.parametrize("deadline_seconds", [1.0])
async def test_a_conflict_that_never_ends_is_unavailable_not_a_hang(store: Store) -> None:
    async def work(tx: Transaction) -> None:
        found = await tx.get(REF)
        await store.put(REF, Thing(id="one", size=(found.size or 0) + 1 if found else 1))
        tx.put(REF, Thing(id="one", name="never"))

    async with asyncio.timeout(DEADLINE_SECONDS):
        with pytest.raises(Contention) as caught:
            await store.transact(work)
    assert (caught.value.status, caught.value.retry_after) == (503, 1)


async def test_only_the_attempt_that_counted_is_charged(store: Store) -> None:
    meeting, sizes = Meeting(2), count(1)

    async def work(tx: Transaction) -> None:
        await tx.get(REF)
        await meeting.join()
        tx.put(REF, Thing(id="one", size=next(sizes)))
        tx.delete(OTHER)

    with use_meter(Meter()) as spent:
        await asyncio.gather(store.transact(work), store.transact(work))
    assert (spent.reads, spent.writes, spent.deletes) == (2, 2, 2)
    assert spent.retries >= 1
