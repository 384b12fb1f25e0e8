"""Keeping what a deck brings, some cards a transaction: each card with its whole past, or not at all."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta

from functions.assessments.flashcards.cards.adding import add_cards
from functions.assessments.flashcards.cards.counts import update_counts
from functions.assessments.flashcards.cards.models import Flashcard, Schedule
from functions.assessments.flashcards.cards.rules import reschedule_card
from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.flashcards.decks.incoming import Incoming, Original, Place, Refused
from functions.assessments.flashcards.decks.models import NOTE_TYPES, NOTES
from functions.assessments.flashcards.decks.tally import Tally
from functions.assessments.flashcards.reviews.store import REVIEWS
from functions.assessments.flashcards.scheduling.models import Review
from shared.jobs import JOBS, record_progress
from shared.services import Services
from shared.store import Transaction
from shared.store.meter import note_items

_WRITES = 400  # of one transaction; a card with a longer past has one to itself
_CARDS = 150

Item = Incoming | Refused
CHECKPOINT = "checkpoint"  # in a job's request: the tally, from which another attempt goes on


@dataclass
class Importing:
    """An import under way. `rows` is how many there are, where that is known; `job` waits for it."""

    services: Services
    place: Place
    tally: Tally = field(default_factory=Tally)
    rows: int | None = None
    job: str | None = None

    async def keep(self, items: Iterator[Item]) -> None:
        """Raises CourseNotFound, Unreadable; what was kept until then stays, and is known another time."""
        batches = _batches(items, after=self.tally.row)
        while batch := await asyncio.to_thread(next, batches, None):
            note_items(sum(_size(item) for item in batch.items))
            self.tally = await self.services.store.transact(lambda tx, batch=batch: self._keep(tx, batch))  # type: ignore[misc]

    async def _keep(self, tx: Transaction, batch: "_Batch") -> Tally:
        """The tally once the batch is kept; a transaction may run again, so that it counts on a copy."""
        tally = deepcopy(self.tally)
        for refused in batch.items:
            if isinstance(refused, Refused):
                tally.refuse(refused)
        await self._keep_cards(tx, [item for item in batch.items if isinstance(item, Incoming)], tally)
        tally.row = batch.row
        if self.job is not None:
            await self._tell(tx, tally)
        return tally

    async def _keep_cards(self, tx: Transaction, cards: Sequence[Incoming], tally: Tally) -> None:
        there = await _there(tx, cards, self.place)
        fresh = list({item.id: item for item in cards if item.id not in there}.values())
        await add_cards(
            tx,
            user_id=self.place.user_id,
            cards=[item.card for item in fresh],
            ids=self.services.ids,
            now=self.place.now + timedelta(microseconds=tally.imported),
            today=self.place.today,
        )
        for item in fresh:
            self._keep_past(tx, item.reviews)
        self._keep_originals(tx, {item.id: item.original for item in fresh if item.original})
        known = [(there[item.id], item) for item in cards if item.id in there]
        changes = [change for card, item in known if (change := self._caught_up(tx, card, item, tally))]
        update_counts(tx, user_id=self.place.user_id, changes=changes)
        tally.imported += len(fresh)
        tally.reviews += sum(len(item.reviews) for item in fresh)
        tally.skipped += len(cards) - len(fresh)

    def _caught_up(
        self, tx: Transaction, card: Flashcard, item: Incoming, tally: Tally
    ) -> tuple[Flashcard, Flashcard] | None:
        """A card that is there keeps what it says; reviews after its last one are added, with the schedule
        that they led to."""
        last = card.schedule.last_reviewed
        newer = [review for review in item.reviews if last is None or review.reviewed_at > last]
        if card.id != item.id or not newer or item.card.schedule is None:
            return None
        after = reschedule_card(card, _continued(card.schedule, item.card.schedule, newer))
        self._keep_past(tx, newer)
        tx.put(FLASHCARDS.doc(card.id, user=self.place.user_id), after)
        tally.updated += 1
        tally.reviews += len(newer)
        return card, after

    def _keep_past(self, tx: Transaction, reviews: Sequence[Review]) -> None:
        for review in reviews:
            tx.put(REVIEWS.doc(review.id, user=self.place.user_id), review)

    def _keep_originals(self, tx: Transaction, originals: Mapping[str, Original]) -> None:
        """By the ids of their cards."""
        user_id = self.place.user_id
        for kind in {original.kind.id: original.kind for original in originals.values()}.values():
            tx.put(NOTE_TYPES.doc(kind.id, user=user_id), kind)
        for card_id, original in originals.items():
            said = original.note.model_dump(exclude={"id", "cards"})
            ref = NOTES.doc(original.note.id, user=user_id)
            tx.merge(ref, {**said, "cards": {card_id: original.place}})

    async def _tell(self, tx: Transaction, tally: Tally) -> None:
        """The job's progress, and from where another attempt goes on."""
        assert self.job is not None  # noqa: S101 - the caller looked
        ref = JOBS.doc(self.job, user=self.place.user_id)
        job = await tx.get(ref)
        if job is not None and not job.is_over:
            share = 95 * tally.row // self.rows if self.rows else job.progress_percentage
            told = record_progress(job, share, now=self.services.clock.now())
            request = {**job.request, CHECKPOINT: tally.stored()}
            tx.put(ref, told.model_copy(update={"request": request}))


async def _there(tx: Transaction, cards: Sequence[Incoming], place: Place) -> dict[str, Flashcard]:
    """What is there already, by the id that it would get: under that id, or where it came from."""
    names = list(dict.fromkeys(name for item in cards for name in (item.id, item.own_id) if name))
    found = await tx.get_many([FLASHCARDS.doc(name, user=place.user_id) for name in names])
    by_name = {card.id: card for card in found if card is not None}
    there: dict[str, Flashcard] = {}
    for item in cards:
        own = by_name.get(item.own_id or "")
        card = by_name.get(item.id) or (own if own and own.course == place.course else None)
        if card is not None:
            there[item.id] = card
    return there


def _continued(schedule: Schedule, imported: Schedule, newer: Sequence[Review]) -> Schedule:
    successes = sum(review.successful for review in newer)
    return imported.model_copy(
        update={
            "lapses": schedule.lapses + len(newer) - successes,
            "successes": schedule.successes + successes,
            "total_reviews": schedule.total_reviews + len(newer),
        }
    )


@dataclass(frozen=True)
class _Batch:
    """What one transaction keeps; `row` is the last row that is complete with it."""

    items: Sequence[Item]
    row: int


def _batches(items: Iterator[Item], *, after: int) -> Iterator[_Batch]:
    """Rows in lots that fit in a transaction; a row, which may be several cards, stays in one if it fits."""
    batch: list[Item] = []
    size = 0
    for item in items:
        if item.row <= after:
            continue
        begins_row = not batch or item.row != batch[-1].row
        full = len(batch) >= _CARDS or size + _size(item) > _WRITES
        if batch and full and (begins_row or size + _size(item) > 2 * _WRITES):
            yield _Batch(batch, batch[-1].row - (not begins_row))
            batch, size = [], 0
        batch.append(item)
        size += _size(item)
    if batch:
        yield _Batch(batch, batch[-1].row)


def _size(item: Item) -> int:
    """Writes that it takes."""
    if isinstance(item, Refused):
        return 0
    return 1 + len(item.reviews) + (2 if item.original else 0)
