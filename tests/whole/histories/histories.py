"""Histories: a list of named operations, each with its own seed, so that any can be left out of a replay."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from tests.stack import running
from tests.whole.histories import answering, exchange, operations, quizzes
from tests.whole.histories.comparison import compare, compare_rarely
from tests.whole.histories.student import Mismatch, Session

Step = tuple[str, int]
History = tuple[Step, ...]

_OPERATIONS: dict[str, tuple[operations.Operation, int]] = {
    "add_card": (operations.add_card, 6),
    "edit_card": (operations.edit_card, 3),
    "delete_card": (operations.delete_card, 1),
    "change_status": (operations.change_status, 6),
    "change_settings": (operations.change_settings, 4),
    "travel": (operations.travel, 3),
    "pass_time": (operations.pass_time, 14),
    "add_course": (operations.add_course, 1),
    "delete_course": (operations.delete_course, 1),
    "set_exam": (operations.set_exam, 3),
    "import_note": (operations.import_note, 4),
    "import_table": (operations.import_table, 1),
    "generate": (operations.generate, 1),
    "review_due": (answering.review_due, 14),
    "review_any": (answering.review_any, 6),
    "cram": (answering.cram, 2),
    "review_note": (answering.review_note, 4),
    "review_in_flight": (answering.review_in_flight, 2),
    "review_late": (answering.review_late, 5),
    "review_batch": (answering.review_batch, 3),
    "repeat": (answering.repeat, 2),
    "undo": (answering.undo, 6),
    "make_quiz": (quizzes.make_quiz, 1),
    "attempt": (quizzes.attempt, 4),
    "bring_back": (exchange.bring_back, 1),
    "copy_course": (exchange.copy_course, 1),
    "restore_course": (exchange.restore_course, 1),
}
_STARTS = (  # before summer time begins or ends somewhere, a month or a year
    datetime(2026, 3, 2, 12, tzinfo=UTC),
    datetime(2026, 3, 26, 20, tzinfo=UTC),
    datetime(2026, 4, 22, 6, tzinfo=UTC),
    datetime(2026, 9, 3, 23, tzinfo=UTC),
    datetime(2026, 10, 23, 9, tzinfo=UTC),
    datetime(2026, 12, 28, 4, tzinfo=UTC),
)
_RARELY = 5
_MAX_REPLAYS = 60


def write_history(seed: int, length: int) -> History:
    """Return a random history: the same for the same seed."""
    chance = random.Random(seed)
    names = list(_OPERATIONS)
    weights = [_OPERATIONS[name][1] for name in names]
    drawn = chance.choices(names, weights, k=length)
    return (("begin", seed), ("add_card", seed), *((name, chance.randrange(10_000)) for name in drawn))


async def live(history: History, folder: Path) -> Session:
    """Live the history on a stack of its own, compared with the model after each step. Raises Mismatch."""
    start = random.Random(history[0][1])
    zone, at = start.choice(operations.ZONES), start.choice(_STARTS)
    async with running(folder, start=at) as stack:
        session = Session(stack, zone)
        await session.begin()
        for number, (name, seed) in enumerate(history[1:], 1):
            session.chance = random.Random(seed)
            days = list_days(session)
            session.pass_time(seconds=1)
            undoable, session.undoable = session.undoable, None
            if name == "undo":
                session.undoable = undoable
            try:
                await _OPERATIONS[name][0](session)
                await stack.drain()
                await quizzes.settle_attempts(session)
                session.planned |= list_days(session) != days
                await compare(session)
                if number % _RARELY == 0:
                    await compare_rarely(session)
            except Mismatch as error:
                raise Mismatch(f"step {number}, {name}:{seed}, on {session.today}: {error}") from error
            session.planned = False
    return session


def list_days(session: Session) -> list[date]:
    """Return the day in each zone: plans of exams begin with that of the zone in which they were made."""
    return [session.now.astimezone(ZoneInfo(zone)).date() for zone in operations.ZONES]


async def shrink(history: History) -> tuple[History, str]:
    """Return a shorter history that fails as well, and what it says: steps are dropped while it does."""
    said = ""
    replays, size = 0, max(1, (len(history) - 1) // 2)
    while replays < _MAX_REPLAYS:
        for start in range(len(history) - size, 0, -size):
            shorter = history[:start] + history[start + size :]
            replays += 1
            if text := await find_mismatch(shorter):
                history, said = shorter, text
        if size == 1:
            break
        size = max(1, size // 2)
    return history, said


async def find_mismatch(history: History) -> str | None:
    """Return what fails in the history, None if nothing does."""
    with TemporaryDirectory() as folder:
        try:
            await live(history, Path(folder))
        except Mismatch as error:
            return str(error)
    return None


def print_history(history: Sequence[Step]) -> str:
    """Return the history as text, as HISTORY takes it."""
    return " ".join(f"{name}:{seed}" for name, seed in history)


def read_history(text: str) -> History:
    """Return the history of such a text."""
    return tuple((name, int(seed)) for name, _, seed in (part.partition(":") for part in text.split()))
