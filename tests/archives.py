"""Hostile ZIP archives, made from sound ones of any kind."""

import struct

_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")


def split(archive: bytes) -> tuple[bytes, bytes, int]:
    """Return what stands before the directory, the directory, and the number of its entries."""
    position = archive.rfind(b"PK\x05\x06")
    _, _, _, _, entries, size, offset, _ = _END.unpack_from(archive, position)
    return archive[:offset], archive[offset : offset + size], entries


def entry(name: bytes, *, size: int = 0, packed: int = 0) -> bytes:
    """Return a directory's record of an entry that begins where the file begins."""
    sizes = (0, packed, size, len(name), 0, 0, 0, 0)
    return _ENTRY.pack(b"PK\x01\x02", 20, 3, 20, 0, 0, 0, 0, 33, *sizes, 0, 0) + name


def end(entries: int, size: int, offset: int) -> bytes:
    return _END.pack(b"PK\x05\x06", 0, 0, entries, entries, size, offset, 0)


def zip64_end(entries: int, size: int, offset: int) -> bytes:
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, size, offset)
    return record + struct.pack("<4sLQL", b"PK\x06\x07", 0, offset + size, 1)


def with_entries(archive: bytes, count: int) -> bytes:
    """Add `count` empty entries to the directory, which then says how many there are modulo 65,536."""
    body, directory, entries = split(archive)
    directory += b"".join(entry(b"%x" % number) for number in range(count))
    return body + directory + end((entries + count) & 0xFFFF, len(directory), len(body))


def with_hidden_entries(archive: bytes, count: int) -> bytes:
    """Add `count` empty entries that a ZIP64 record tells of, and the end record does not."""
    body, directory, entries = split(archive)
    more = directory + b"".join(entry(b"%x" % number) for number in range(count))
    return body + more + zip64_end(entries + count, len(more), len(body)) + end(entries, 100, 0)


def as_zip64(archive: bytes) -> bytes:
    """Return the same archive, as a writer of large ones ends it."""
    body, directory, entries = split(archive)
    records = zip64_end(entries, len(directory), len(body))
    return body + directory + records + end(0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)


def with_count(archive: bytes, difference: int) -> bytes:
    """Declare `difference` more entries than there are."""
    body, directory, entries = split(archive)
    return body + directory + end(entries + difference, len(directory), len(body))


def with_overlap(archive: bytes, count: int) -> bytes:
    """Add entries that all share the bytes of the file (D. Fifield, A better zip bomb, 2019)."""
    body, directory, entries = split(archive)
    shared = (entry(b"%x" % number, size=len(body), packed=len(body)) for number in range(count))
    directory += b"".join(shared)
    return body + directory + end(entries + count, len(directory), len(body))


HOSTILE = {
    "more entries than are accepted": lambda archive: with_entries(archive, 30_000),
    "entries that overflow their count": lambda archive: with_entries(archive, 65_536),
    "entries that only a ZIP64 record tells of": lambda archive: with_hidden_entries(archive, 30_000),
    "a ZIP64 record that contradicts the end record": lambda archive: with_hidden_entries(archive, 1),
    "fewer entries declared than there are": lambda archive: with_count(archive, -1),
    "more entries declared than there are": lambda archive: with_count(archive, 100),
    "entries that overlap": lambda archive: with_overlap(archive, 10),
}
