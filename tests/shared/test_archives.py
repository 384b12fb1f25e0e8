import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.archives import (
    MAX_RATIO,
    ArchiveDamaged,
    ArchiveLimits,
    ArchiveRefused,
    ArchiveTooLarge,
    open_archive,
)
from tests import archives

LIMITS = ArchiveLimits(max_entries=20_000, max_unpacked_bytes=64 * 2**20)


def made(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


SOUND = made({"a.txt": b"first" * 50, "folder/b.txt": b"second"})


def contents(data: bytes, limits: ArchiveLimits = LIMITS) -> dict[str, bytes]:
    with open_archive(io.BytesIO(data), limits) as archive:
        return {name: archive.read(name, max_bytes=2**20) for name in archive.names}


class Metered(io.BytesIO):
    """A file that counts the bytes that are read from it."""

    bytes_read = 0

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        self.bytes_read += len(content)
        return content


@pytest.mark.parametrize(
    "data",
    [
        SOUND,
        SOUND[:-2] + b"\x05\x00 note",
        b"something before" + SOUND,
        archives.as_zip64(SOUND),
    ],
    ids=["plain", "with a comment", "with a prefix", "ZIP64"],
)
def test_a_sound_archive_is_read(data: bytes) -> None:
    assert contents(data) == {"a.txt": b"first" * 50, "folder/b.txt": b"second"}


@pytest.mark.parametrize("attack", archives.HOSTILE.values(), ids=archives.HOSTILE)
def test_a_hostile_archive_is_refused(attack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ArchiveRefused):
        contents(attack(SOUND))


@pytest.mark.slow
@pytest.mark.parametrize("attack", [archives.with_entries, archives.with_hidden_entries])
def test_a_directory_of_600_000_entries_is_not_even_read(attack: Callable[[bytes, int], bytes]) -> None:
    data = attack(SOUND, 600_000)
    file = Metered(data)
    with pytest.raises(ArchiveRefused), open_archive(file, LIMITS):
        pass
    assert len(data) > 28_000_000
    assert file.bytes_read < 100_000


def test_entries_are_counted_before_the_library_parses_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(ArchiveTooLarge, match="more than 20,000 entries"):
        contents(archives.with_entries(SOUND, 30_000))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../a", "leads out"),
        ("/etc/passwd", "leads out"),
        ("C:\\a", "leads out"),
        ("a\\..\\..\\b", "leads out"),
    ],
)
def test_a_name_that_leads_out_is_refused(name: str, reason: str) -> None:
    with pytest.raises(ArchiveRefused, match=reason):
        contents(made({name: b""}))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_rare_compression_is_refused(method: int) -> None:
    with pytest.raises(ArchiveRefused, match="compressed in a way"):
        contents(made({"a": b"a" * 100}, method))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x05\x06",
        b"PK\x03\x04 nothing more",
        SOUND[:-1],
        SOUND[: len(SOUND) // 2],
        archives.with_count(SOUND, 0).replace(b"PK\x01\x02", b"PK\x01\x03"),
    ],
)
def test_what_is_broken_is_reported_as_damaged(data: bytes) -> None:
    with pytest.raises(ArchiveDamaged):
        contents(data)


def test_an_entry_unpacks_to_its_limit_and_no_further() -> None:
    data = made({"a": b"abc" * 1000})
    with open_archive(io.BytesIO(data), LIMITS) as archive:
        assert len(archive.read("a", max_bytes=3000)) == 3000
        with pytest.raises(ArchiveTooLarge):
            archive.read("a", max_bytes=2999)


def test_entries_unpack_to_the_limit_of_all_together() -> None:
    data = made({"a": b"a" * 600, "b": b"b" * 600})
    with open_archive(io.BytesIO(data), ArchiveLimits(10, max_unpacked_bytes=1000)) as archive:
        archive.read("a", max_bytes=1000)
        with pytest.raises(ArchiveTooLarge):
            archive.read("b", max_bytes=1000)
        with pytest.raises(ArchiveTooLarge):
            archive.check_total()


def test_a_bomb_is_refused_by_its_ratio() -> None:
    bomb, dense = made({"a": bytes(20 * 2**20)}), made({"a": bytes(20 * 2**20)}, zipfile.ZIP_STORED)
    assert len(bomb) * MAX_RATIO < 20 * 2**20
    with open_archive(io.BytesIO(bomb), LIMITS) as archive:
        with pytest.raises(ArchiveTooLarge):
            archive.check_total()
        with pytest.raises(ArchiveTooLarge):
            archive.read("a", max_bytes=64 * 2**20)
    with open_archive(io.BytesIO(dense), LIMITS) as archive:
        archive.check_total()


def test_a_compression_within_the_compression_counts_by_what_it_unpacks_to() -> None:
    class Zeros:
        def __init__(self, _: object) -> None: ...

        def read(self, size: int) -> bytes:
            return bytes(size)

    with open_archive(io.BytesIO(SOUND), LIMITS) as archive, pytest.raises(ArchiveTooLarge):
        for _ in archive.unpack("a.txt", max_bytes=2**40, decode=Zeros):
            pass


@given(st.data())
def test_an_altered_archive_is_refused_or_says_what_the_library_says(data: st.DataObject) -> None:
    altered = bytearray(data.draw(st.sampled_from([SOUND, archives.as_zip64(SOUND)])))
    for _ in range(data.draw(st.integers(1, 4))):
        altered[data.draw(st.integers(0, len(altered) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(altered)) | st.just(len(altered)))
    try:
        found = contents(bytes(altered[:cut]))
    except ArchiveRefused:
        return
    with zipfile.ZipFile(io.BytesIO(altered[:cut])) as archive:
        assert found == {name: archive.read(name) for name in archive.namelist()}
