"""Entries of the audit log, the heads of its chains, and the keys that name people, as they are stored."""

from datetime import datetime
from typing import Literal

from shared.store import Document

Action = Literal[
    "register",
    "login",
    "logout",
    "session_end",
    "account_link",
    "password_reset_request",
    "password_reset",
    "password_change",
    "role_change",
    "plan_change",
    "export",
    "erase",
    "child_view",
    "audit_read",
    "audit_export",
    "audit_verify",
]
Detail = str | int | bool | None


class AuditEntry(Document):
    """One action. `number` counts from 1 in its shard; `hash` covers the entry and the hash before it.

    `actor` and `subject` are pseudonyms, `people` both of them for queries; `origin` is the address and the
    user agent, encrypted with the key of the actor. `key` is the id of the key of `hash`.
    """

    format: int
    shard: str
    number: int
    actor: str | None = None
    subject: str | None = None
    people: tuple[str, ...] = ()
    origin: str | None = None
    action: str  # an Action, or one of a newer version
    resource: str
    resource_id: str | None = None
    success: bool
    created_at: datetime
    details: dict[str, Detail]
    key: str
    hash: str


class AuditHead(Document):
    """The end of a shard's chain: the number and the hash of its last entry, sealed with a key."""

    number: int
    hash: str
    key: str
    seal: str


class AuditPerson(Document):
    """The key of a user's pseudonym and origins, below the user: erased with the account."""

    user: str
    pseudonym: str
    key: str


class AuditPublication(Document):
    """The heads of all shards at one time, by `shard: "number:hash"`; publications form a chain as well."""

    number: int
    published_at: datetime
    heads: dict[str, str]
    previous: str
    key: str
    hash: str
