"""`python -m infra.restore --from DATABASE --project P`: copy documents of a backup into the database in use.

The backup is a database of its own: a managed backup or an export that was restored beside the one in use
(docs/operations.md). The one in use keeps its name, indexes, rules and TTL fields.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from shared.services import INDEXES_FILE
from shared.settings import Settings
from shared.store.backend import Backend, Reader, Row
from shared.store.database import Database
from shared.store.firestore import FirestoreBackend
from shared.store.indexes import Indexes
from shared.store.sqlite import SQLiteBackend
from shared.store.values import Write, measure_document

USERS = "users"
CLAIMS = ("usernames", "emails", "firebase_users", "device_tokens")  # each names its user
# Chained, with seals that only the database in use can continue (docs/operations.md).
AUDIT = frozenset({"audit_entries", "audit_heads", "audit_publications"})
# Their messages were sent, or are kept for the operator who looks at them.
MESSAGES = frozenset({"outbox", "dead_entries", "dead_tasks"})

_MAX_BATCH_DOCUMENTS = 100
_MAX_BATCH_BYTES = 4 * 1024 * 1024  # of the 10 MiB that a commit may have


class NotRestored(Exception):
    """Nothing was written; the text says why."""


@dataclass
class Report:
    """Numbers of documents: written ones, and those left as they are."""

    created: int = 0
    changed: int = 0
    deleted: int = 0
    same: int = 0
    transient: int = 0  # documents that expire, and messages: never restored
    erased_users: set[str] = field(default_factory=set)  # in the backup alone, so they are left out

    def __str__(self) -> str:
        left = (
            f", {len(self.erased_users)} users left out who are in the backup alone"
            if self.erased_users
            else ""
        )
        return (
            f"{self.created} created, {self.changed} changed, {self.deleted} deleted, {self.same} the same,"
            f" {self.transient} transient ones left out{left}"
        )


@dataclass(frozen=True)
class Restore:
    """A copy of documents from the backup `source` to `target`, the database in use.

    users: ids, none for all. missing_users: also those that `target` lacks, who may have been erased since.
    exact: delete documents of these users that the backup lacks. write: False only counts.
    transient: names of collections that are left out.
    """

    source: Backend
    target: Backend
    transient: Collection[str]
    users: frozenset[str] = frozenset()
    missing_users: bool = False
    exact: bool = False
    write: bool = False
    report: Report = field(default_factory=Report)

    async def run(self) -> Report:
        """Copy users one by one, then their names and addresses. May be repeated after an interruption.

        Costs a read of each document in both databases, and a write of each that differs.
        """
        restored = set()
        async for user, rows in self._each_user():
            found = await self.target.get([f"{USERS}/{user}"])
            if found[0] is None and not self.missing_users:
                self.report.erased_users.add(user)
                continue
            restored.add(user)
            await self._copy(rows)
            if self.exact:
                await self._delete_others(user, {path for path, _ in rows})
        for collection in CLAIMS:
            rows = [row async for row in self.source.stream_subtree(collection)]
            await self._copy([(path, raw) for path, raw in rows if raw.get("user") in restored])
        return self.report

    async def _each_user(self) -> AsyncIterator[tuple[str, list[Row]]]:
        """Yield each user of the backup with the documents to copy. A user's documents fit into memory."""
        if self.users:
            for user in sorted(self.users):
                rows = [row async for row in self.source.stream_subtree(f"{USERS}/{user}")]
                if not rows:
                    raise NotRestored(f"the backup has no user {user}")
                yield user, self._without_transient(rows)
            return
        current, rows = "", list[Row]()
        async for path, raw in self.source.stream_subtree(USERS):
            user = path.split("/")[1]
            if user != current and rows:
                yield current, self._without_transient(rows)
                rows = []
            current = user
            rows.append((path, raw))
        if rows:
            yield current, self._without_transient(rows)

    def _without_transient(self, rows: Iterable[Row]) -> list[Row]:
        rows = list(rows)
        kept = [row for row in rows if not self._is_transient(row[0])]
        self.report.transient += len(rows) - len(kept)
        return kept

    def _is_transient(self, path: str) -> bool:
        return not set(path.split("/")[::2]).isdisjoint(self.transient)

    async def _copy(self, rows: Sequence[Row]) -> None:
        for batch in _split(rows):
            created, changed = await self.target.transact(partial(self._compare, batch))
            self.report.created += created
            self.report.changed += changed
            self.report.same += len(batch) - created - changed

    async def _compare(self, batch: Sequence[Row], reader: Reader) -> tuple[tuple[int, int], list[Write]]:
        current = await reader.get([path for path, _ in batch])
        pairs = list(zip(batch, current, strict=True))
        created = sum(existing is None for _, existing in pairs)
        writes = [Write("put", path, raw) for (path, raw), existing in pairs if existing != raw]
        return (created, len(writes) - created), writes if self.write else []

    async def _delete_others(self, user: str, wanted: Collection[str]) -> None:
        others = [
            path
            async for path, _ in self.target.stream_subtree(f"{USERS}/{user}")
            if path not in wanted and not self._is_transient(path)
        ]
        self.report.deleted += len(others)
        for start in range(0, len(others) if self.write else 0, _MAX_BATCH_DOCUMENTS):
            writes = [Write("delete", path, {}) for path in others[start : start + _MAX_BATCH_DOCUMENTS]]
            await self.target.transact(partial(_commit, writes))


async def _commit(writes: list[Write], _: Reader) -> tuple[None, list[Write]]:
    return None, writes


def _split(rows: Iterable[Row]) -> Iterable[list[Row]]:
    """Yield batches that a commit can hold."""
    batch, size = list[Row](), 0
    for row in rows:
        own = measure_document(*row)
        if batch and (len(batch) == _MAX_BATCH_DOCUMENTS or size + own > _MAX_BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += own
    if batch:
        yield batch


def find_transient(indexes: Indexes) -> frozenset[str]:
    """Return the collections that are never restored: those with a time to live, and messages."""
    return MESSAGES | {collection for collection, _ in indexes.ttl}


def _open(arguments: argparse.Namespace, indexes: Indexes) -> tuple[Backend, Backend]:
    if not arguments.local:
        return tuple(
            FirestoreBackend(project=arguments.project, database=name)
            for name in (arguments.source, arguments.database)
        )  # type: ignore[return-value]
    files = [folder / "store.sqlite3" for folder in (Path(arguments.source), Settings().data_dir)]
    for file in files:
        if not file.is_file():
            raise NotRestored(f"{file} does not exist")
    return tuple(SQLiteBackend(Database(file), indexes) for file in files)  # type: ignore[return-value]


async def restore(arguments: argparse.Namespace) -> Report:
    """Run the restore of these arguments. Raises NotRestored."""
    indexes = Indexes.load(INDEXES_FILE)
    source, target = _open(arguments, indexes)
    try:
        return await Restore(
            source,
            target,
            find_transient(indexes),
            users=frozenset(arguments.user),
            missing_users=arguments.missing_users,
            exact=arguments.exact,
            write=arguments.write,
        ).run()
    finally:
        await source.aclose()
        await target.aclose()


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m infra.restore", description="Copy documents of a backup into the database in use."
    )
    parser.add_argument(
        "--from", dest="source", required=True, help="the database, or with --local the folder, of the backup"
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--local", action="store_true", help="into the local stack on DATA_DIR")
    where.add_argument("--project", help="the Google Cloud project of both databases")
    parser.add_argument("--database", default="(default)", help="the Firestore database in use")
    parser.add_argument(
        "--user", action="append", default=[], metavar="ID", help="only this user; may be repeated"
    )
    parser.add_argument(
        "--missing-users",
        action="store_true",
        help="also users that the database in use lacks: those erased since come back",
    )
    parser.add_argument(
        "--exact", action="store_true", help="delete what these users have and the backup lacks"
    )
    parser.add_argument("--write", action="store_true", help="write; without it, only count")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Restore, or without --write only count; the exit status is 1 if nothing could be done."""
    arguments = _arguments(argv)
    try:
        report = asyncio.run(restore(arguments))
    except NotRestored as refused:
        print(f"[aksio] nothing was restored: {refused}", file=sys.stderr)
        return 1
    print(f"[aksio] {'written' if arguments.write else 'to write'}: {report}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
