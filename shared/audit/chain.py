"""The chains: what the hash of an entry, the seal of a head and the hash of a publication cover."""

from datetime import UTC, datetime
from typing import Any

from shared.audit.keys import AuditKeys
from shared.audit.models import AuditEntry, AuditHead, AuditPublication

FORMAT = 1
START = ""  # stands for the hash before the first entry
_SHARDS = 64  # a chain's head is one document: about one entry a second each

# The fields that a hash covers, by format: an entry is verified by the list it was written with.
_FIELDS: dict[int, tuple[str, ...]] = {
    1: (
        "id",
        "format",
        "shard",
        "number",
        "actor",
        "subject",
        "people",
        "origin",
        "action",
        "resource",
        "resource_id",
        "success",
        "created_at",
        "details",
        "key",
    )
}


def count_shards() -> int:
    """Return the number of chains."""
    return _SHARDS


def list_shards() -> list[str]:
    """List the names of the chains."""
    return [f"{number:02d}" for number in range(_SHARDS)]


def choose_shard(keys: AuditKeys, subject: str) -> str:
    """Choose the chain of a user or an address, so that one of them always has the same."""
    return f"{int(keys.sign('shard', subject)[:8], 16) % _SHARDS:02d}"


def hash_entry(keys: AuditKeys, entry: AuditEntry, previous: str) -> str:
    """Return the hash of an entry that follows the hash `previous`. Raises UnknownKey."""
    return keys.sign("entry", _cover(entry, previous), key=entry.key)


def verify_entry(keys: AuditKeys, entry: AuditEntry, previous: str) -> bool:
    """Tell whether an entry is as it was written, and where. One of a newer format cannot be told to be."""
    if entry.format not in _FIELDS or entry.model_extra:
        return False
    return keys.verify("entry", _cover(entry, previous), key=entry.key, signature=entry.hash)


def seal_head(keys: AuditKeys, shard: str, number: int, entry_hash: str) -> AuditHead:
    """Build the head of a chain that ends with this entry, sealed with the current key."""
    seal = keys.sign("head", [shard, number, entry_hash])
    return AuditHead(id=shard, number=number, hash=entry_hash, key=keys.current, seal=seal)


def verify_head(keys: AuditKeys, head: AuditHead) -> bool:
    """Tell whether the log itself has written this head."""
    return keys.verify("head", [head.id, head.number, head.hash], key=head.key, signature=head.seal)


def find_end(keys: AuditKeys, head: AuditHead | None) -> str:
    """Return the hash that the next entry follows.

    Behind a head that the log did not write, it is one that no entry has: sealing a new head would hide the
    change.
    """
    if head is None:
        return START
    return head.hash if verify_head(keys, head) else f"unsealed:{head.hash}"


def build_publication(
    keys: AuditKeys, last: AuditPublication | None, heads: list[AuditHead], now: datetime
) -> AuditPublication:
    """Build the publication that follows `last`."""
    unsigned = AuditPublication(
        id=f"{last.number + 1 if last else 1:010d}",
        number=last.number + 1 if last else 1,
        published_at=now,
        heads={head.id: format_mark(head.number, head.hash) for head in heads},
        previous=last.hash if last else START,
        key=keys.current,
        hash="",
    )
    return unsigned.model_copy(update={"hash": keys.sign("publication", _cover_publication(unsigned))})


def verify_publication(keys: AuditKeys, publication: AuditPublication) -> bool:
    """Tell whether a publication is as it was written."""
    content = _cover_publication(publication)
    return keys.verify("publication", content, key=publication.key, signature=publication.hash)


def format_mark(number: int, entry_hash: str) -> str:
    """Format the number and the hash of an entry."""
    return f"{number}:{entry_hash}"


def parse_mark(mark: str) -> tuple[int, str]:
    """Return the number and the hash of an entry."""
    number, _, entry_hash = mark.partition(":")
    return int(number), entry_hash


def _cover(entry: AuditEntry, previous: str) -> list[Any]:
    values = {name: getattr(entry, name) for name in _FIELDS.get(entry.format, ())}
    return [{**values, "created_at": _format_instant(entry.created_at)}, previous]


def _cover_publication(publication: AuditPublication) -> list[Any]:
    at = _format_instant(publication.published_at)
    return [publication.id, publication.number, at, publication.heads, publication.previous]


def _format_instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")
