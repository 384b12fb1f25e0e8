"""Writing of the audit log: chains that never fork, keys, people and origins."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from functions.admin.audit.verification import verify_log
from shared.audit import AuditKeys, Origin, use_origin
from shared.audit.chain import choose_shard, list_shards
from shared.audit.people import decrypt_origin
from shared.audit.store import ENTRIES, HEADS, PEOPLE, find_people, person_ref
from shared.consumers import Handlers
from shared.group import Group
from shared.services import Services
from shared.settings import Settings
from shared.store import Meter, Transaction, use_meter
from shared.store.firestore import FirestoreBackend
from tests.emulators import FIRESTORE
from tests.stack import Stack, running

USERS = [f"user-{number}" for number in range(20)]


@pytest.fixture(params=["sqlite", "firestore"])
async def services(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Services]:
    if request.param == "sqlite":
        async with running(tmp_path) as stack:
            yield stack.services
        return
    with FIRESTORE.running() as host:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)
        backend = FirestoreBackend(project=f"audit-{uuid4().hex[:8]}")
        async with running(tmp_path, services={"_backend": backend}) as stack:
            yield stack.services


async def record(services: Services, user: str | None) -> None:
    async def work(tx: Transaction) -> None:
        await services.audit.record(tx, "login", actor=user)

    await services.store.transact(work)


@pytest.mark.slow
async def test_two_hundred_parallel_actions_are_two_hundred_entries_in_chains_without_a_fork(
    services: Services,
) -> None:
    await asyncio.gather(*(record(services, USERS[number % 20]) for number in range(200)))
    entries = await services.store.find(ENTRIES.query())
    assert len(entries) == 200
    assert max(Counter((entry.shard, entry.number) for entry in entries).values()) == 1
    heads = await services.store.find(HEADS.query())
    assert sum(head.number for head in heads) == 200
    found = await verify_log(services)
    assert (found.first_break, found.entries) == (None, 200)
    people = await find_people(services.store, [entry.actor or "" for entry in entries])
    assert Counter(people[entry.actor or ""].user for entry in entries) == dict.fromkeys(USERS, 10)


async def test_an_entry_goes_with_its_transaction(stack: Stack) -> None:
    services = stack.services

    async def work(tx: Transaction) -> None:
        await services.audit.record(tx, "login", actor="ada")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await services.store.transact(work)
    assert await services.store.find(ENTRIES.query()) == []
    assert await services.store.get(person_ref("ada")) is None


async def test_several_entries_of_one_transaction_follow_each_other(stack: Stack) -> None:
    services = stack.services

    async def work(tx: Transaction) -> None:
        for _ in range(3):
            await services.audit.record(tx, "login", actor="ada")
        await services.audit.record(tx, "role_change", actor="ada", subject="bob")

    await services.store.transact(work)
    found = await verify_log(services)
    assert (found.first_break, found.entries) == (None, 4)


async def test_an_entry_costs_two_reads_and_two_writes(stack: Stack) -> None:
    await record(stack.services, "ada")
    with use_meter(Meter()) as spent:
        await record(stack.services, "ada")
    assert (spent.reads, spent.writes, spent.deletes) == (2, 2, 0)


async def test_origins_are_encrypted_with_the_key_of_the_person(stack: Stack) -> None:
    services = stack.services
    with use_origin(Origin.of("203.0.113.7", "Browser\x00 7")):
        await record(services, "ada")
        await record(services, None)
    person = await services.store.get(person_ref("ada"))
    entries = {entry.actor: entry for entry in await services.store.find(ENTRIES.query())}
    assert person is not None
    known, stranger = entries[person.pseudonym], entries[None]
    assert decrypt_origin(person, known.origin or "") == Origin("203.0.113.7", "Browser 7")
    assert decrypt_origin(person.model_copy(update={"key": "another"}), known.origin or "") == Origin()
    assert stranger.origin is None
    assert len(str(stranger.details["address_key"])) == 16
    assert "203.0.113" not in str(entries)
    assert PEOPLE.path(user="ada") == "users/ada/audit_people"


async def test_a_changed_head_is_never_sealed_again(stack: Stack, caplog: pytest.LogCaptureFixture) -> None:
    """Somebody cuts the end, and makes the head fit as well as can be done without the key."""
    services = stack.services
    for _ in range(3):
        await record(services, "ada")
    first, _, third = sorted(await services.store.find(ENTRIES.query()), key=lambda entry: entry.number)
    await services.store.delete(ENTRIES.doc(third.id))
    await services.store.merge(HEADS.doc(first.shard), {"number": 1, "hash": first.hash})
    with caplog.at_level(logging.ERROR):
        await record(services, "ada")
    assert f"audit shard {first.shard} was changed" in caplog.text
    found = (await verify_log(services)).first_break
    assert found is not None
    assert found.shard == first.shard


async def test_keys_rotate(stack: Stack) -> None:
    services = stack.services
    old, new = "o" * 40, "n" * 40

    def using(keys: str) -> Services:
        settings = services.settings.model_copy(update={"audit_keys": SecretStr(keys)})
        return Services(settings, clock=services.clock, ids=services.ids, store=services.store)

    for keys in (old, f"{old},{new}", f"{new}, {old}"):
        await record(using(keys), "ada")
    found = await verify_log(using(f"{new},{old}"))
    assert (found.first_break, found.entries) == (None, 3)
    assert (await verify_log(using(new))).first_break is not None


def test_users_are_spread_over_all_shards() -> None:
    keys = AuditKeys(["k" * 40])
    shards = Counter(choose_shard(keys, f"user-{number}") for number in range(6_400))
    assert set(shards) == set(list_shards())
    assert max(shards.values()) < 150


@pytest.mark.parametrize("keys", ["", "short", f"{'k' * 40},short"])
def test_a_deployed_group_that_writes_the_log_refuses_to_start_without_keys(keys: str) -> None:
    settings = Settings().model_copy(update={"profile": "google", "audit_keys": SecretStr(keys)})
    group = Group("vault", [], Handlers(), writes_audit=True)
    with pytest.raises(ValueError, match="AUDIT_KEYS"):
        group.create_app(Services(settings))


def test_on_a_laptop_a_key_is_derived() -> None:
    settings = Settings()
    settings.check_audit_keys()
    assert settings.jwt_secret.get_secret_value() != settings.audit_secrets[0]


def test_there_is_no_log_without_a_key() -> None:
    with pytest.raises(ValueError, match="AUDIT_KEYS"):
        AuditKeys([])
