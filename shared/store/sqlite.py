"""The embedded document database: Firestore's model on SQLite, with optimistic transactions."""

import asyncio
import json
import random
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from shared.clock import derive_id
from shared.retries import RetryPolicy
from shared.store.backend import Reader, Row
from shared.store.database import Database
from shared.store.indexes import Indexes
from shared.store.query import Query, Shape
from shared.store.sql import TABLE, Statement, build_statement, build_value, list_index_columns
from shared.store.sqlite_codec import decode, encode, merge_fields, to_comparable
from shared.store.values import (
    DOCUMENT_LIMIT_BYTES,
    AlreadyExists,
    Contention,
    DocumentTooLarge,
    Raw,
    StorageUnavailable,
    Write,
    measure_document,
)

T = TypeVar("T")

_RETRIES = RetryPolicy(
    first_pause=timedelta(milliseconds=2), max_pause=timedelta(seconds=5), max_attempts=12, jitter=1
)
_MAX_CONFLICTS = 2  # further attempts run one by one
_PAGE_SIZE = 500
_MAX_SHORT_ROWS = 100  # a query of more leaves the event loop to others meanwhile
_MAX_SHORT_WRITES = 20
_MAX_UNMEASURED_CHARS = 100_000  # of JSON, each at most eight bytes in Firestore: surely below the limit
_MAX_MARKS = 10  # of paths in a statement; more are given as one JSON list, which costs more to begin with
_READ_MANY = "SELECT path, data, version FROM documents WHERE path IN ({})"
_READ_VERSIONS = "SELECT path, version FROM documents WHERE path IN ({})"
_CREATE = "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO NOTHING"
_PUT = (
    "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (path) DO UPDATE SET data = excluded.data, version = excluded.version"
)


class _Conflict(Exception):
    """A document that the transaction read has changed."""


class SQLiteBackend:
    """Implements `Backend`."""

    def __init__(self, database: Database, indexes: Indexes) -> None:
        self._database = database
        self._indexes = indexes
        self._sources: dict[Shape, str] = {}  # of queries whose index is there
        self._turn = asyncio.Lock()

    async def get(self, paths: Sequence[str]) -> list[Raw | None]:
        return [found[0] if found else None for found in await self._read(paths)]

    async def query(self, query: Query[Any]) -> list[Row]:
        _, rows = await self._select(query)
        return [(path, raw) for path, raw, _ in rows]

    async def count(self, query: Query[Any]) -> int:
        await self._prepare(query)
        sql = build_statement(query)
        text = f"SELECT count(*) FROM (SELECT 1 FROM documents WHERE {sql.where}{sql.limit})"  # noqa: S608
        return int(await self._database.run(lambda db: db.execute(text, sql.arguments).fetchone()[0]))

    async def transact(self, work: Callable[[Reader], Awaitable[tuple[T, list[Write]]]]) -> T:
        attempt = 0
        while True:
            attempt += 1
            try:
                if attempt <= _MAX_CONFLICTS:
                    return await self._attempt(work)
                async with self._turn:
                    return await self._attempt(work)
            except _Conflict:
                if _RETRIES.is_last(attempt):
                    raise Contention from None
                pause = _RETRIES.pause_after(attempt, chance=random.random())  # noqa: S311 - jitter
                await asyncio.sleep(pause.total_seconds())

    async def page_group(self, kind: str, *, after: str | None, size: int) -> list[Row]:
        text = "SELECT path, data FROM documents WHERE kind = ? AND path > ? ORDER BY path LIMIT ?"
        rows = await self._database.run(lambda db: db.execute(text, (kind, after or "", size)).fetchall())
        return [(path, decode(data)) for path, data in rows]

    async def stream_subtree(self, path: str) -> AsyncIterator[Row]:
        last = ""
        while rows := await self._database.run(lambda db, last=last: _read_subtree(db, path, last)):  # type: ignore[misc]
            for row_path, data in rows:
                yield row_path, decode(data)
            last = rows[-1][0]

    async def erase(self, path: str) -> int:
        return await self._database.run_atomically(
            lambda db: (
                db.execute(
                    "DELETE FROM documents WHERE path = ? OR (path > ? AND path < ?)",
                    (path, f"{path}/", f"{path}0"),
                ).rowcount
            )
        )

    async def expire(self, now: datetime) -> int:
        def sweep(db: sqlite3.Connection) -> int:
            text = "DELETE FROM documents WHERE kind = ? AND {} < ?"
            return sum(
                db.execute(text.format(build_value(field)), (kind, to_comparable(now))).rowcount
                for kind, field in self._indexes.ttl
            )

        return await self._database.run_atomically(sweep)

    async def ping(self) -> None:
        await self._database.check_writable()

    async def aclose(self) -> None:
        await self._database.aclose()

    async def _attempt(self, work: Callable[[Reader], Awaitable[tuple[T, list[Write]]]]) -> T:
        view = _View(self)
        result, writes = await work(view)
        if writes or view.seen or view.queries:
            write = (
                self._database.write if len(writes) <= _MAX_SHORT_WRITES else self._database.run_atomically
            )
            await write(lambda db: _commit(db, view, writes))
        return result

    async def _read(self, paths: Sequence[str]) -> list[tuple[Raw, int] | None]:
        rows = await self._database.read(
            lambda db: {path: row for path, *row in _find_paths(db, _READ_MANY, paths)}
        )
        return [(decode(rows[path][0]), rows[path][1]) if path in rows else None for path in paths]

    async def _select(self, query: Query[Any]) -> tuple[Statement, list[tuple[str, Raw, int]]]:
        sql = replace(build_statement(query), source=await self._prepare(query))
        is_short = query.size is not None and query.size <= _MAX_SHORT_ROWS
        run = self._database.read if is_short else self._database.run
        rows: list[tuple[str, str, int]] = await run(
            lambda db: db.execute(_build_select(sql), sql.arguments).fetchall()
        )
        return sql, [(path, decode(data), version) for path, data, version in rows]

    async def _prepare(self, query: Query[Any]) -> str:
        """Create the index of the query; return the source to read. Raises MissingIndex.

        The index is named, as Firestore would use it: SQLite knows too little of the values to choose.
        """
        shape = query.shape
        if shape in self._sources:
            return self._sources[shape]
        self._indexes.check(query)
        source = TABLE
        if columns := list_index_columns(query):
            scope = "" if query.group else "collection, "
            name = f"ix_{query.kind}_{derive_id(scope, *columns)}"
            listed = ", ".join(columns)
            text = (
                f'CREATE INDEX IF NOT EXISTS "{name}" ON documents ({scope}{listed}, id)'
                f" WHERE kind = '{query.kind}'"
            )
            try:
                await self._database.run(lambda db: db.execute(text))
            except StorageUnavailable:
                return TABLE  # slower without, but still readable
            source = f'{TABLE} INDEXED BY "{name}"'
        self._sources[shape] = source
        return source


class _View:
    """The reads of a transaction with their versions, which the commit checks."""

    def __init__(self, backend: SQLiteBackend) -> None:
        self._backend = backend
        self.seen: dict[str, int] = {}
        self.queries: list[tuple[Statement, list[tuple[str, int]]]] = []

    async def get(self, paths: Sequence[str]) -> list[Raw | None]:
        found = await self._backend._read(paths)  # noqa: SLF001 - two halves of one adapter
        for path, item in zip(paths, found, strict=True):
            version = item[1] if item else 0
            if self.seen.setdefault(path, version) != version:
                raise _Conflict
        return [item[0] if item else None for item in found]

    async def query(self, query: Query[Any]) -> list[Row]:
        sql, rows = await self._backend._select(query)  # noqa: SLF001
        self.queries.append((sql, [(path, version) for path, _, version in rows]))
        return [(path, raw) for path, raw, _ in rows]


def _find_paths(db: sqlite3.Connection, text: str, paths: Sequence[str]) -> sqlite3.Cursor:
    if len(paths) <= _MAX_MARKS:
        return db.execute(text.format(", ".join("?" * len(paths))), tuple(paths))
    return db.execute(text.format("SELECT value FROM json_each(?)"), (json.dumps(paths),))


def _commit(db: sqlite3.Connection, view: _View, writes: Sequence[Write]) -> None:
    found = dict(_find_paths(db, _READ_VERSIONS, list(view.seen))) if view.seen else {}
    if any(found.get(path, 0) != version for path, version in view.seen.items()):
        raise _Conflict
    for sql, expected in view.queries:
        rows = db.execute(_build_select(sql), sql.arguments).fetchall()
        if [(path, version) for path, _, version in rows] != expected:
            raise _Conflict
    if writes:
        (version,) = db.execute("UPDATE versions SET last = last + 1 RETURNING last").fetchone()
        for write in writes:
            _apply(db, write, version)


def _apply(db: sqlite3.Connection, write: Write, version: int) -> None:
    if write.kind == "delete":
        db.execute("DELETE FROM documents WHERE path = ?", (write.path,))
        return
    after = _compute_fields(db, write)
    data = encode(after)
    if len(data) > _MAX_UNMEASURED_CHARS and measure_document(write.path, after) > DOCUMENT_LIMIT_BYTES:
        raise DocumentTooLarge(write.path)
    collection, document_id = write.path.rsplit("/", 1)
    row = (write.path, collection, collection.rsplit("/", 1)[-1], document_id, data, version)
    if not db.execute(_CREATE if write.kind == "create" else _PUT, row).rowcount:
        raise AlreadyExists(write.path)


def _compute_fields(db: sqlite3.Connection, write: Write) -> Raw:
    """Return the document's fields after the write."""
    if write.kind != "merge" and write.mask is None:
        return dict(write.data)
    row = db.execute("SELECT data FROM documents WHERE path = ?", (write.path,)).fetchone()
    before = decode(row[0]) if row else {}
    if write.mask is None:
        return merge_fields(before, dict(write.data))
    others = {name: value for name, value in before.items() if name not in write.mask}
    return others | {name: write.data[name] for name in write.mask if name in write.data}


def _read_subtree(db: sqlite3.Connection, path: str, last: str) -> list[tuple[str, str]]:
    return db.execute(
        "SELECT path, data FROM documents WHERE (path = ? OR (path > ? AND path < ?)) AND path > ?"
        " ORDER BY path LIMIT ?",
        (path, f"{path}/", f"{path}0", last, _PAGE_SIZE),
    ).fetchall()


def _build_select(sql: Statement) -> str:
    return f"SELECT path, data, version FROM {sql.source} WHERE {sql.where} ORDER BY {sql.order}{sql.limit}"  # noqa: S608
