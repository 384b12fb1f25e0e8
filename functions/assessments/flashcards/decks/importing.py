"""Import of the items of a deck, some cards a transaction: each card with all its reviews, or not at all."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from functions.assessments.flashcards.cards.adding import add_cards
from functions.assessments.flashcards.cards.changes import arrange_changes, save_changes
from functions.assessments.flashcards.cards.models import Flashcard, Schedule
from functions.assessments.flashcards.cards.queues import Change
from functions.assessments.flashcards.cards.rules import reschedule_card
from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.flashcards.decks.items import (
    CardItem,
    Item,
    RejectedRow,
    Remark,
    SourceNote,
    Target,
)
from functions.assessments.flashcards.decks.models import NOTE_TYPES, NOTES, NoteType
from functions.assessments.flashcards.decks.progress import ImportProgress
from functions.assessments.flashcards.reviews.store import REVIEWS
from functions.assessments.flashcards.scheduling.models import Review
from shared.jobs import JOBS, Job, record_progress
from shared.services import Services
from shared.store import Transaction
from shared.store.meter import note_items

_MAX_WRITES = 450  # of one transaction, beside its counts; a card with a longer past has one to itself

Position = tuple[int, int]  # the last row that was handled, the number of media files that were
Step = Callable[[Transaction, ImportProgress], Awaitable[None]]

CHECKPOINT = "checkpoint"  # in a job's request: the progress, from which another attempt goes on


class Paused(Exception):
    """An import has used up its time; the job that waits for it goes on in another delivery."""


@dataclass
class DeckImporter:
    """An import in progress.

    `rows` and `files` are the numbers of rows and of media files, 0 if unknown; `job` is the id of the job
    that waits. An import that may be paused is so `pause_after` as many seconds.
    """

    services: Services
    target: Target
    progress: ImportProgress = field(default_factory=ImportProgress)
    rows: int = 0
    files: int = 0
    job: str | None = None
    pause_after: float | None = None
    _began: float = field(default_factory=time.monotonic, init=False)
    _saved_types: set[str] = field(default_factory=set, init=False)  # ids of note types

    async def save_items(self, items: Iterator[Item]) -> None:
        """Save the items.

        Raises CourseNotFound, Unreadable; cards saved before that stay, and are recognised another time.
        """
        batches = _split_batches(items, after=self.progress.row)
        while batch := await asyncio.to_thread(next, batches, None):
            note_items(sum(1 + len(item.reviews) for item in batch.cards))
            step = partial(self._save_batch, batch=batch)
            await self.commit(step, position=(batch.row, self.progress.files))
            self._saved_types |= {item.original.kind.id for item in batch.cards if item.original}

    async def commit(self, step: Step, *, position: Position) -> None:
        """Do a step, which leads to the position, and store the progress that it makes: both or neither.

        The step gets a copy of the progress, as it may run again. Where another attempt at the job is ahead,
        its progress counts, and a step that it has done is left out. Raises Paused after the step.
        """

        async def work(tx: Transaction) -> ImportProgress:
            progress = deepcopy(self.progress)
            job = await tx.get(JOBS.doc(self.job, user=self.target.user_id)) if self.job else None
            if job is not None and CHECKPOINT in job.request:
                stored = ImportProgress.of(job.request[CHECKPOINT])
                if stored.position > progress.position:
                    progress = stored
                    if progress.position >= position:
                        return progress
            await step(tx, progress)
            if job is not None and not job.is_over:
                self._save_checkpoint(tx, job, progress)
            return progress

        self.progress = await self.services.store.transact(work)
        if self.pause_after is not None and time.monotonic() - self._began > self.pause_after:
            raise Paused

    async def _save_batch(self, tx: Transaction, progress: ImportProgress, batch: "_Batch") -> None:
        for item in batch.items:
            if isinstance(item, RejectedRow):
                progress.reject(item)
            elif isinstance(item, Remark):
                progress.warn(item)
        await self._save_cards(tx, batch.cards, progress)
        progress.row = batch.row

    async def _save_cards(self, tx: Transaction, cards: Sequence[CardItem], progress: ImportProgress) -> None:
        existing = await _find_existing(tx, cards, self.target)
        new = list({item.id: item for item in cards if item.id not in existing}.values())
        await add_cards(
            tx,
            user_id=self.target.user_id,
            cards=[item.card for item in new],
            ids=self.services.ids,
            now=self.target.now + timedelta(microseconds=progress.imported),
            today=self.target.today,
        )
        for item in new:
            self._save_reviews(tx, item.reviews)
            for reason in item.left_out:
                progress.warn(Remark(item.row, reason))
        self._save_source_notes(tx, [(item.id, item.original) for item in new if item.original])
        known = [(existing[item.id], item) for item in cards if item.id in existing]
        changes = [change for card, item in known if (change := self._update_card(tx, card, item, progress))]
        save_changes(
            tx,
            user_id=self.target.user_id,
            changes=await arrange_changes(tx, user_id=self.target.user_id, changes=changes),
        )
        progress.imported += len(new)
        progress.reviews += sum(len(item.reviews) for item in new)
        progress.skipped += len(cards) - len(new)

    def _update_card(
        self, tx: Transaction, card: Flashcard, item: CardItem, progress: ImportProgress
    ) -> Change | None:
        """Add the reviews after the last one of an existing card, with the schedule that they led to."""
        last = card.schedule.last_reviewed
        newer = [review for review in item.reviews if last is None or review.reviewed_at > last]
        if card.id != item.id or not newer or item.card.schedule is None:
            return None
        after = reschedule_card(card, _merge_schedule(card.schedule, item.card.schedule, newer))
        self._save_reviews(tx, newer)
        progress.updated += 1
        progress.reviews += len(newer)
        return card, after

    def _save_reviews(self, tx: Transaction, reviews: Sequence[Review]) -> None:
        for review in reviews:
            tx.replace(REVIEWS.doc(review.id, user=self.target.user_id), review)

    def _save_source_notes(self, tx: Transaction, originals: Iterable[tuple[str, SourceNote]]) -> None:
        """Save the source notes of cards, whose ids come first: each note once, each type once an import."""
        user_id = self.target.user_id
        notes: dict[str, dict[str, Any]] = {}
        kinds: dict[str, NoteType] = {}
        for card_id, original in originals:
            note = notes.setdefault(original.note.id, {**vars(original.note), "cards": {}})
            note["cards"][card_id] = original.place
            kinds[original.kind.id] = original.kind
        for kind in kinds.values():
            if kind.id not in self._saved_types:
                tx.put(NOTE_TYPES.doc(kind.id, user=user_id), kind)
        for note_id, note in notes.items():
            tx.merge(NOTES.doc(note_id, user=user_id), {name: note[name] for name in note if name != "id"})

    def _save_checkpoint(self, tx: Transaction, job: Job, progress: ImportProgress) -> None:
        """Save the progress in the job, so that another attempt goes on from here."""
        whole, done = self.rows + self.files, progress.row + progress.files
        percentage = 95 * done // whole if self.rows else job.progress_percentage
        updated = record_progress(job, percentage, now=self.services.clock.now())
        request = {**job.request, CHECKPOINT: progress.dump()}
        tx.put(JOBS.doc(job.id, user=self.target.user_id), updated.model_copy(update={"request": request}))


async def _find_existing(tx: Transaction, cards: Sequence[CardItem], target: Target) -> dict[str, Flashcard]:
    """Return the cards that exist already, under the id of their item or the id that they were exported by.

    The keys are the ids of the items.
    """
    ids = list(dict.fromkeys(each for item in cards for each in (item.id, item.own_id) if each))
    found = await tx.get_many([FLASHCARDS.doc(each, user=target.user_id) for each in ids])
    by_id = {card.id: card for card in found if card is not None}
    existing: dict[str, Flashcard] = {}
    for item in cards:
        own = by_id.get(item.own_id or "")
        card = by_id.get(item.id) or (own if own and own.course == target.course else None)
        if card is not None:
            existing[item.id] = card
    return existing


def _merge_schedule(schedule: Schedule, imported: Schedule, newer: Sequence[Review]) -> Schedule:
    successes = sum(review.successful for review in newer)
    return imported.model_copy(
        update={
            "lapses": schedule.lapses + len(newer) - successes,
            "successes": schedule.successes + successes,
            "total_reviews": schedule.total_reviews + len(newer),
            "introduced_on": schedule.introduced_on or imported.introduced_on,
        }
    )


@dataclass(frozen=True)
class _Batch:
    """The items of one transaction; `row` is the last row that is complete with it."""

    items: Sequence[Item]
    row: int

    @property
    def cards(self) -> list[CardItem]:
        return [item for item in self.items if isinstance(item, CardItem)]


def _split_batches(items: Iterator[Item], *, after: int) -> Iterator[_Batch]:
    """Yield batches that fit in a transaction; a row, which may be several cards, stays in one if it fits."""
    batch: list[Item] = []
    size = 0
    for item in items:
        if after and item.row <= after:
            continue
        begins_row = not batch or item.row != batch[-1].row
        added = _count_writes(item, begins_row=begins_row)
        full = len(batch) >= _MAX_WRITES or size + added > _MAX_WRITES
        if batch and full and (begins_row or size + added > 2 * _MAX_WRITES):
            yield _Batch(batch, batch[-1].row - (not begins_row))
            batch, size = [], 0
            added = _count_writes(item, begins_row=True)
        batch.append(item)
        size += added
    if batch:
        yield _Batch(batch, batch[-1].row)


def _count_writes(item: Item, *, begins_row: bool) -> int:
    """Return the number of writes that the item takes; a note is written with the first of its cards."""
    if not isinstance(item, CardItem):
        return 0
    return 1 + len(item.reviews) + (begins_row and item.original is not None)
