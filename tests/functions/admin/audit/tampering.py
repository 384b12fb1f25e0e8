"""Changes to the stored audit log by somebody who can write to the store and has no key."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from shared.services import Services
from shared.store.backend import Reader
from shared.store.values import Write

Raw = dict[str, Any]
ENTRIES, HEADS = "audit_entries", "audit_heads"


@dataclass
class Snapshot:
    """The stored documents of the log, and heads of an earlier time with their valid seals."""

    documents: dict[str, Raw]
    earlier_heads: dict[str, Raw] = field(default_factory=dict)

    def chain(self, shard: str) -> list[str]:
        """List the paths of a chain's entries in order."""
        paths = [
            path for path, raw in self.documents.items() if path.startswith(ENTRIES) and raw["shard"] == shard
        ]
        return sorted(paths, key=lambda path: int(self.documents[path]["number"]))

    @property
    def shards(self) -> list[str]:
        """List the chains that have entries."""
        return sorted({raw["shard"] for path, raw in self.documents.items() if path.startswith(ENTRIES)})


@dataclass
class Tampering:
    """The documents after the change, None for removed ones; `shards` are the chains it hits."""

    name: str
    changed: dict[str, Raw | None]
    shards: set[str]


async def snapshot(services: Services) -> Snapshot:
    """Read the stored log as it is."""
    backend = services.store.backend
    return Snapshot(
        {
            path: dict(raw)
            for collection in (ENTRIES, HEADS, "audit_publications")
            async for path, raw in backend.stream_subtree(collection)
        }
    )


async def store(services: Services, documents: dict[str, Raw | None]) -> None:
    """Write the documents past the log, all fields of each."""

    async def remove(_: Reader) -> tuple[None, list[Write]]:
        return None, [Write("delete", path, {}) for path in documents]

    async def write(_: Reader) -> tuple[None, list[Write]]:
        return None, [Write("create", path, raw) for path, raw in documents.items() if raw is not None]

    await services.store.backend.transact(remove)
    await services.store.backend.transact(write)


def choose_tampering(log: Snapshot, rng: random.Random) -> Tampering:
    """Choose one at random."""
    return rng.choice(_KINDS)(log, rng)


def _edit(log: Snapshot, rng: random.Random) -> Tampering:
    path = _choose_entry(log, rng)
    raw = log.documents[path]
    name, value = rng.choice(
        [
            ("actor", "0" * 32),
            ("actor", None),
            ("subject", "1" * 32),
            ("people", ["2" * 32]),
            ("origin", "gAAAAA"),
            ("action", "logout"),
            ("resource", "courses"),
            ("resource_id", "another"),
            ("success", not raw["success"]),
            ("created_at", raw["created_at"] + timedelta(microseconds=1)),
            ("details", {**raw["details"], "reason": "none"}),
            ("details", {}),
            ("number", int(raw["number"]) + 1),
            ("shard", "99"),
            ("key", "00000000"),
            ("hash", "0" * 64),
            ("format", 2),
            ("success", "perhaps"),  # unreadable
            ("note", "added"),
        ]
    )
    return Tampering(f"edit {name}", {path: {**raw, name: value}}, {raw["shard"]})


def _remove(log: Snapshot, rng: random.Random) -> Tampering:
    path = _choose_entry(log, rng)
    return Tampering("remove", {path: None}, {log.documents[path]["shard"]})


def _rename(log: Snapshot, rng: random.Random) -> Tampering:
    path = _choose_entry(log, rng)
    raw = log.documents[path]
    return Tampering("rename", {path: None, f"{ENTRIES}/{rng.randrange(10**9)}": raw}, {raw["shard"]})


def _reorder(log: Snapshot, rng: random.Random) -> Tampering:
    """Let two entries of a chain change places."""
    chain = log.chain(rng.choice([shard for shard in log.shards if len(log.chain(shard)) > 1]))
    one, other = rng.sample(chain, 2)
    return _exchange("reorder", log, one, other, rng.choice([("number",), ("number", "hash")]))


def _swap_shards(log: Snapshot, rng: random.Random) -> Tampering:
    """Let entries of two chains change places."""
    one, other = (rng.choice(log.chain(shard)) for shard in rng.sample(log.shards, 2))
    fields = rng.choice([("shard", "number"), ("shard", "number", "hash")])
    return _exchange("swap shards", log, one, other, fields)


def _exchange(name: str, log: Snapshot, one: str, other: str, fields: Sequence[str]) -> Tampering:
    first, second = log.documents[one], log.documents[other]
    return Tampering(
        name,
        {
            one: {**first, **{field: second[field] for field in fields}},
            other: {**second, **{field: first[field] for field in fields}},
        },
        {first["shard"], second["shard"]},
    )


def _cut_tail(log: Snapshot, rng: random.Random) -> Tampering:
    """Remove the last entries; leave the head, make it fit, or put back an earlier one with its seal."""
    shard = rng.choice(log.shards)
    chain, head = log.chain(shard), log.documents[f"{HEADS}/{shard}"]
    size = rng.randint(1, len(chain))
    changed: dict[str, Raw | None] = dict.fromkeys(chain[-size:])
    way = rng.choice(["leave", "fit", "earlier", "remove"])
    if way == "fit" and size < len(chain):
        last = log.documents[chain[-size - 1]]
        changed[f"{HEADS}/{shard}"] = {**head, "number": last["number"], "hash": last["hash"]}
    elif way == "earlier" and (earlier := log.earlier_heads.get(f"{HEADS}/{shard}")):
        changed = dict.fromkeys(chain[int(earlier["number"]) :])
        changed[f"{HEADS}/{shard}"] = earlier
    elif way == "remove":
        changed[f"{HEADS}/{shard}"] = None
    return Tampering(f"cut tail, {way}", changed, {shard})


def _forge(log: Snapshot, rng: random.Random) -> Tampering:
    """Append a copy of an entry, with or without a head that fits."""
    shard = rng.choice(log.shards)
    last = log.documents[log.chain(shard)[-1]]
    forged = {**last, "number": int(last["number"]) + 1, "action": "erase"}
    changed: dict[str, Raw | None] = {f"{ENTRIES}/{rng.randrange(10**9)}": forged}
    if rng.random() < 0.5:
        head = log.documents[f"{HEADS}/{shard}"]
        changed[f"{HEADS}/{shard}"] = {**head, "number": forged["number"], "hash": forged["hash"]}
    return Tampering("forge", changed, {shard})


def _choose_entry(log: Snapshot, rng: random.Random) -> str:
    return rng.choice(sorted(path for path in log.documents if path.startswith(ENTRIES)))


_KINDS: list[Callable[[Snapshot, random.Random], Tampering]] = [
    _edit,
    _edit,
    _remove,
    _rename,
    _reorder,
    _swap_shards,
    _cut_tail,
    _cut_tail,
    _forge,
]
