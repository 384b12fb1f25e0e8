"""Files made to do harm, and files that are merely broken: refused with a reason, and nothing is kept."""

import io
import json
import os
import struct
import threading
import zipfile
from collections.abc import Callable

import pytest
import zstandard

from functions.assessments.flashcards.decks.work import DeckImport
from shared.jobs.work import Run, complete
from tests import archives
from tests.functions.assessments.flashcards.decks.files import (
    Decks,
    answered,
    card,
    collection,
    note,
    package,
)

_GOOD = collection([note(1, "q", "a")], [card(1, 1)])


def _zip(entries: list[tuple[zipfile.ZipInfo | str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


def _link() -> bytes:
    info = zipfile.ZipInfo("0")
    info.external_attr = 0o120777 << 16
    return _zip([("collection.anki2", _GOOD), (info, b"/etc/passwd")])


def _encrypted() -> bytes:
    content = bytearray(package(_GOOD))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = content.find(mark)
        content[position + offset] |= 1
    return bytes(content)


def _twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return _zip([("collection.anki2", _GOOD), ("collection.anki2", _GOOD)])


def _swollen_directory() -> bytes:
    content = bytearray(package(_GOOD))
    position = content.rfind(b"PK\x05\x06")
    content[position + 12 : position + 16] = struct.pack("<I", 2**31)
    return bytes(content)


def _flipped() -> bytes:
    content = bytearray(package(_GOOD))
    content[len(content) // 3] ^= 0xFF
    return bytes(content)


def _replaced(old: str, new: str) -> bytes:
    """A collection in which a table is something else."""
    return package(collection([note(1, "q", "a")], [card(1, 1)], extra=f"DROP TABLE {old}; {new}"))


def _endless(name: str, columns: str) -> bytes:
    rows = f"WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT {columns} FROM n"
    return _replaced(name, f"CREATE VIEW {name} AS {rows};")


def _models(models: str) -> bytes:
    return package(collection([note(1, "q", "a")], [card(1, 1)], extra=f"UPDATE col SET models = '{models}'"))


def _pages_broken() -> bytes:
    content = bytearray(_GOOD)
    content[4096:20_000] = b"\xff" * (20_000 - 4096)
    return package(bytes(content))


def _packed_bomb() -> bytes:
    return package(zstandard.compress(b"\x00" * 64 * 2**20), name="collection.anki21b")


def _wide_window() -> bytes:
    options = zstandard.ZstdCompressionParameters.from_level(3, window_log=30, enable_ldm=True)
    packed = zstandard.ZstdCompressor(compression_params=options).compressobj()
    return package(packed.compress(_GOOD) + packed.flush(), name="collection.anki21b")


_REFUSED: dict[str, Callable[[], bytes]] = {
    "no archive": lambda: b"PK\x03\x04 nothing more",
    "cut off": lambda: package(_GOOD)[:-200],
    "a byte flipped": _flipped,
    "directory of two gigabytes": _swollen_directory,
    "bomb": lambda: package(b"\x00" * 64 * 2**20),
    "bomb in zstd": _packed_bomb,
    "zstd with a window of a gigabyte": _wide_window,
    "zstd that is none": lambda: package(b"no zstd", name="collection.anki21b"),
    "name that leads out": lambda: _zip([("collection.anki2", _GOOD), ("../../etc/cron.d/x", b"")]),
    "name from the root": lambda: _zip([("collection.anki2", _GOOD), ("/etc/passwd", b"")]),
    "name of a drive": lambda: _zip([("collection.anki2", _GOOD), ("c:\\x", b"")]),
    "link": _link,
    "encrypted": _encrypted,
    "two of a name": _twice,
    "too many entries": lambda: _zip([("collection.anki2", _GOOD), *((str(n), b"") for n in range(20_001))]),
    "no collection": lambda: _zip([("media", b"{}")]),
    "collection that is no database": lambda: package(b"SQLite format 3\x00 but no more"),
    "empty collection": lambda: package(b""),
    "broken pages": _pages_broken,
    "newer Anki": lambda: package(_GOOD, meta=b"\x08\x09"),
    "meta that is none": lambda: package(_GOOD, meta=b"\xff\xff\xff"),
    "unknown schema": lambda: package(collection([], [], version=99)),
    "media map that is none": lambda: _zip([("collection.anki2", _GOOD), ("media", b"[1, 2")]),
    "a view for a table": lambda: _replaced("notes", "CREATE VIEW notes AS SELECT * FROM cards;"),
    "an endless view for a table": lambda: _endless("revlog", "x, x, 0, 3, 1, 1, 2500, 1, 1"),
    "no table": lambda: _replaced("cards", ""),
    "a table without the columns": lambda: _replaced("revlog", "CREATE TABLE revlog (id integer);"),
    "a table that computes": lambda: _replaced(
        "revlog",
        "CREATE TABLE revlog (id integer primary key, cid integer, ease integer, ivl integer, factor integer,"
        " time integer GENERATED ALWAYS AS (length(zeroblob(900000000))) VIRTUAL);"
        "INSERT INTO revlog (id, cid, ease, ivl, factor) VALUES (1, 1, 3, 1, 2500);",
    ),
    "note types nested without end": lambda: _models("[" * 100_000),
    "note types that are none": lambda: _models('{"1": 5}'),
    "a note type of huge numbers": lambda: _models(
        json.dumps({"1": {"id": 2**80, "name": "x", "flds": [], "tmpls": []}})
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(_REFUSED))
async def test_a_hostile_package_is_refused(decks: Decks, name: str) -> None:
    answer = await decks.send(_REFUSED[name]())
    assert answer.status_code in (413, 422), answer.text
    assert answer.json()["error_code"] in ("PAYLOAD_TOO_LARGE", "VALIDATION_ERROR")
    # Media come last: a broken list of them is found when the cards are there.
    assert name == "media map that is none" or not await decks.cards()


@pytest.mark.parametrize("attack", archives.HOSTILE.values(), ids=archives.HOSTILE)
async def test_a_package_with_a_hostile_directory_is_refused(
    decks: Decks, attack: Callable[[bytes], bytes]
) -> None:
    answer = await decks.send(attack(package(_GOOD)))
    assert answer.status_code == 422, answer.text
    assert not await decks.cards()


async def test_a_package_in_the_64_bit_format_is_imported(decks: Decks) -> None:
    assert (await decks.bring(archives.as_zip64(package(_GOOD))))["imported"] == 1


class _Watched(io.BytesIO):
    """A file that notes which threads look for its end, where an archive's directory is."""

    threads: set[int]

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        if whence == os.SEEK_END:
            self.threads.add(threading.get_ident())
        return super().seek(offset, whence)


async def test_a_package_is_opened_beside_the_event_loop(decks: Decks) -> None:
    file = _Watched(package(_GOOD))
    file.threads = set()
    learner = decks.learner
    work = DeckImport.of(learner.course, file, "deck.apkg", timezone="UTC")
    await complete(work, Run(learner.stack.services, learner.id, "run"))
    assert file.threads
    assert threading.get_ident() not in file.threads


_TEMPLATE = "{{#Front}}" * 50 + "{{Front}}" * 3000
_TOLERATED: dict[str, tuple[bytes, int]] = {
    "script and styles": (
        package(
            collection(
                [note(1, "<script>alert(1)</script>q<style>x</style><img src=x onerror=alert(1)>", "a")],
                [card(1, 1)],
            )
        ),
        1,
    ),
    "a field without end": (package(collection([note(1, "x" * 100_000, "a")], [card(1, 1)])), 0),
    "ten thousand open tags": (package(collection([note(1, "<b <i " * 10_000, "a")], [card(1, 1)])), 0),
    "ten thousand open gaps": (
        package(collection([note(1, "{{c1::" * 10_000, "a", kind=2)], [card(1, 1)])),
        0,
    ),
    "numbers that are none": (
        package(
            collection(
                [note(1, "q", "a")],
                [card(1, 1, type="x", due=2**62, ivl=-5, factor=b"\xff", reps=1e300, data="{", queue=77)],
                [
                    answered(10**15, 1),
                    (5, 1, -1, 99, "z", 0, 0, -7, 1),
                    (1_700_000_000_000, 1, 0, 3, 2**62, 0, -1, -1, 1),
                ],
            )
        ),
        1,
    ),
    "text that is not UTF-8": (
        package(
            collection(
                [note(1, "q", "a")], [card(1, 1)], extra="UPDATE notes SET flds = CAST(x'71ff1f61ed' AS TEXT)"
            )
        ),
        1,
    ),
    "a template that swells": (
        package(
            collection(
                [note(1, "q" * 1000, "a")],
                [card(1, 1)],
                extra=f"UPDATE col SET models = replace(models, '{{{{Front}}}}', '{_TEMPLATE}')",
            )
        ),
        0,
    ),
    "triggers and views besides": (
        package(
            collection(
                [note(1, "q", "a")],
                [card(1, 1)],
                extra="CREATE VIEW more AS SELECT 1;"
                "CREATE TRIGGER t AFTER INSERT ON cards BEGIN SELECT 1; END;",
            )
        ),
        1,
    ),
    "card of a note that is not there": (package(collection([], [card(1, 1)])), 0),
}


@pytest.mark.parametrize("name", sorted(_TOLERATED))
async def test_what_is_odd_harms_nobody(decks: Decks, name: str) -> None:
    content, imported = _TOLERATED[name]
    done = await decks.bring(content)
    assert done["imported"] == imported
    for kept in await decks.cards():
        assert "script" not in kept.question
        assert "onerror" not in kept.question
        assert kept.schedule.interval_days >= 0
    listed = await decks.learner.get()
    assert listed["count"] == imported
    await decks.take()


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("deck.apkg", b"MZ not a package", 415),
        ("page.csv", b"<!DOCTYPE html><html>", 415),
        ("binary.csv", b"a,b\x00\x01\x02", 415),
        ("notes.pdf", b"%PDF-1.7", 415),
        ("a.json", b'{"cards": []}', 422),
        ("a.json", b'[{"question": "q", "answer": "a"}', 422),
        ("a.json", b"[" * 100_000, 422),
        ("a.json", b"[\xff]", 422),
        ("a.json", b"[1 2]", 422),
        ("a.csv", b'q,"' + b"x" * 2_100_000, 422),
    ],
)
async def test_what_is_no_deck_is_refused(decks: Decks, name: str, content: bytes, status: int) -> None:
    answer = await decks.send(content, name)
    assert answer.status_code == status, answer.text
    assert not [each for each in await decks.cards() if each.question != "q"]
