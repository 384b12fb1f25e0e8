"""Writing of entries, each in the transaction of what it tells."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from shared.audit.chain import FORMAT, choose_shard, find_end, hash_entry, seal_head
from shared.audit.keys import AuditKeys
from shared.audit.models import Action, AuditEntry, AuditHead, AuditPerson, Detail
from shared.audit.origin import Origin, get_origin
from shared.audit.people import create_person, encrypt_origin
from shared.audit.store import ENTRIES, HEADS, person_ref
from shared.clock import Clock, Ids
from shared.store import Transaction

log = logging.getLogger(__name__)

_NOBODY = "nobody"  # no user has this id


@dataclass
class _Written:
    """The heads and people that a transaction has written: its reads still see the state before it."""

    heads: dict[str, AuditHead] = field(default_factory=dict)
    people: dict[str, AuditPerson] = field(default_factory=dict)


class AuditLog:
    """The writer of the log. No entry may hold a secret: details are ids, counts and words of the code."""

    def __init__(self, keys: AuditKeys, *, clock: Clock, ids: Ids) -> None:
        self.keys = keys
        self._clock = clock
        self._ids = ids
        self._written: WeakKeyDictionary[Transaction, _Written] = WeakKeyDictionary()

    async def record(
        self,
        tx: Transaction,
        action: Action,
        *,
        actor: str | None = None,
        subject: str | None = None,
        resource: str = "accounts",
        resource_id: str | None = None,
        success: bool = True,
        details: Mapping[str, Detail] | None = None,
    ) -> None:
        """Append an entry: `actor` did it, `subject` is the user it concerns where that is another one.

        Costs 2 reads and 2 writes, 1 read more for a subject, 1 write more for the first entry of a person.
        Two writers of one chain conflict, and one of them runs again: a chain never forks.
        """
        written = self._written.setdefault(tx, _Written())
        origin = get_origin()
        shard = choose_shard(self.keys, actor or subject or origin.address)
        users = [user for user in dict.fromkeys((actor, subject)) if user is not None]
        head, people = await asyncio.gather(
            _load_head(tx, written, shard), self._load_people(tx, written, users)
        )
        doer, concerned = people.get(actor or ""), people.get(subject or "")
        unsigned = AuditEntry(
            id=self._ids.new(),
            format=FORMAT,
            shard=shard,
            number=head.number + 1 if head else 1,
            actor=doer.pseudonym if doer else None,
            subject=concerned.pseudonym if concerned else None,
            people=tuple(person.pseudonym for person in people.values()),
            origin=encrypt_origin(doer, origin) if doer else None,
            action=action,
            resource=resource,
            resource_id=resource_id,
            success=success,
            created_at=self._clock.now(),
            details={**(details or {}), **self._describe_stranger(doer, origin)},
            key=self.keys.current,
            hash="",
        )
        entry_hash = hash_entry(self.keys, unsigned, self._find_end(shard, head))
        entry = unsigned.model_copy(update={"hash": entry_hash})
        written.heads[shard] = seal_head(self.keys, shard, entry.number, entry.hash)
        tx.create(ENTRIES.doc(entry.id), entry)
        tx.put(HEADS.doc(shard), written.heads[shard])

    def _find_end(self, shard: str, head: AuditHead | None) -> str:
        end = find_end(self.keys, head)
        if head is not None and end != head.hash:
            log.error("the head of audit shard %s was changed; verify the audit log", shard)
        return end

    async def _load_people(
        self, tx: Transaction, written: _Written, users: list[str]
    ) -> dict[str, AuditPerson]:
        missing = [user for user in users if user not in written.people]
        if not users:  # a stranger costs as much as a user: the two are not told apart
            await tx.get(person_ref(_NOBODY))
        for user, person in zip(missing, await tx.get_many(list(map(person_ref, missing))), strict=True):
            if person is None:
                written.people[user] = create_person(self._ids, user)
                tx.create(person_ref(user), written.people[user])
            else:
                written.people[user] = person
        return {user: written.people[user] for user in users}

    def _describe_stranger(self, doer: AuditPerson | None, origin: Origin) -> dict[str, Detail]:
        """Describe a caller without an account: a keyed hash recognises an address for a day."""
        if doer is not None or not origin.address:
            return {}
        day = f"{self._clock.now():%Y-%m-%d}"
        return {"address_key": self.keys.sign("address", [day, origin.address])[:16]}


async def _load_head(tx: Transaction, written: _Written, shard: str) -> AuditHead | None:
    return written.heads.get(shard) or await tx.get(HEADS.doc(shard))
