"""Sign-in, and the lock against guessing."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

import httpx
import pytest
from argon2 import PasswordHasher

from functions.auth.sessions.store import failures_ref
from functions.auth.users import hashing
from functions.auth.users.store import USERS
from shared.identity import SESSIONS
from tests.stack import PASSWORD, Stack, User, running

LOGIN = "/api/v1/accounts/login/"
PATHS = [
    LOGIN,
    "/api/v1/accounts/auth/login/",
    "/api/v1/auth/login/",
    "/api/auth/login/",
    "/api/users/auth/login/",
]


async def attempt(stack: Stack, name: str, password: str = "a wrong horse") -> httpx.Response:
    return await stack.http.post(LOGIN, json={"username": name, "password": password})


async def test_every_path_signs_in(stack: Stack, user: User) -> None:
    for number, path in enumerate(PATHS):
        answer = await stack.http.post(path, json={"username": user.username, "password": PASSWORD})
        assert answer.status_code == 200
        assert answer.json()["user"]["id"] == user.id
        signed_in = stack.client(Authorization=f"Bearer {answer.json()['access']}")
        assert len((await signed_in.get("/api/v1/accounts/sessions/")).json()) == number + 2


async def test_any_name_of_the_user_serves_in_any_case(stack: Stack, user: User) -> None:
    for body in [{"username": "USER1"}, {"username": "User1@Example.com"}, {"email": "user1@example.com"}]:
        answer = await stack.http.post(LOGIN, json={**body, "password": PASSWORD})
        assert answer.status_code == 200


async def test_unknown_user_and_wrong_password_give_the_same_answer(stack: Stack, user: User) -> None:
    wrong, unknown = await attempt(stack, user.username), await attempt(stack, "nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() | {"request_id": ""} == unknown.json() | {"request_id": ""}
    assert wrong.headers["X-Store-Cost"] == unknown.headers["X-Store-Cost"]


async def test_an_unknown_user_takes_a_hash_as_well(
    hashing_stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    real = hashing._verify

    def noting(hasher: PasswordHasher, password: str, stored: str) -> hashing.PasswordCheck:
        checked.append(stored)
        return real(hasher, password, stored)

    monkeypatch.setattr(hashing, "_verify", noting)
    await attempt(hashing_stack, "nobody")
    assert [stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for stored in checked] == [True]


async def test_a_missing_name_is_told(stack: Stack) -> None:
    bodies: list[dict[str, str | None]] = [{}, {"password": "x"}, {"username": "", "email": None}]
    for body in bodies:
        answer = await stack.http.post(LOGIN, json=body)
        assert answer.status_code == 422
        assert "username" in answer.json()["details"]


async def test_ten_failures_lock_whichever_name_was_tried(stack: Stack, user: User) -> None:
    for number in range(10):
        name = user.username if number % 2 else f"{user.username}@example.com"
        assert (await attempt(stack, name)).status_code == 401
    locked = await attempt(stack, user.username, PASSWORD)
    assert locked.status_code == 429
    assert locked.headers["Retry-After"] == "900"


async def test_names_of_nobody_lock_too(stack: Stack) -> None:
    answers = [(await attempt(stack, "Nobody" if number % 2 else "nobody")) for number in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]


async def test_the_lock_ends_after_a_quarter_of_an_hour(stack: Stack, user: User) -> None:
    for _ in range(10):
        await attempt(stack, user.username)
    await stack.advance(minutes=14, seconds=59)
    assert (await attempt(stack, user.username, PASSWORD)).status_code == 429
    await stack.advance(seconds=1)
    assert (await attempt(stack, user.username, PASSWORD)).status_code == 200


async def test_failures_that_are_spread_out_do_not_lock(stack: Stack, user: User) -> None:
    for _ in range(12):
        assert (await attempt(stack, user.username)).status_code == 401
        await stack.advance(minutes=2)


async def test_success_forgets_the_failures(stack: Stack, user: User) -> None:
    for _ in range(9):
        await attempt(stack, user.username)
    assert (await attempt(stack, user.username, PASSWORD)).status_code == 200
    assert await stack.services.store.get(failures_ref(user.id)) is None


async def test_a_hash_of_other_parameters_is_renewed(hashing_stack: Stack) -> None:
    stack, user = hashing_stack, await hashing_stack.sign_up()
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    await stack.services.store.merge(USERS.doc(user.id), {"password_hash": old})
    assert (await attempt(stack, user.username, PASSWORD)).status_code == 200
    stored = await stack.services.store.get(USERS.doc(user.id))
    assert stored is not None
    assert "m=19456,t=2,p=1" in stored.password_hash
    assert (await attempt(stack, user.username, PASSWORD)).status_code == 200


@pytest.mark.parametrize(("status", "expected"), [("suspended", 403), ("erasing", 401), ("pending", 200)])
async def test_the_state_of_the_account_decides(stack: Stack, user: User, status: str, expected: int) -> None:
    await stack.services.store.merge(USERS.doc(user.id), {"status": status})
    assert (await attempt(stack, user.username, PASSWORD)).status_code == expected


async def test_whoever_signs_in_very_often_loses_the_longest_unused_session(stack: Stack, user: User) -> None:
    store, ref = stack.services.store, SESSIONS.query(user=user.id)
    (mine,) = await store.find(ref)
    for number in range(52):
        stale = mine.model_copy(
            update={"id": f"s{number}", "last_used_at": mine.last_used_at - timedelta(hours=number)}
        )
        await store.put(SESSIONS.doc(stale.id, user=user.id), stale)
    assert (await attempt(stack, user.username, PASSWORD)).status_code == 200
    left = {session.id for session in await store.find(ref)}
    assert len(left) == 50
    assert mine.id in left
    assert {"s48", "s49", "s50", "s51"}.isdisjoint(left)


async def test_failures_outlast_the_deletion_of_what_has_expired(stack: Stack, user: User) -> None:
    for _ in range(10):
        assert (await attempt(stack, user.username)).status_code == 401
        await stack.advance(seconds=50)
        await stack.services.store.expire(stack.clock.now())
    await stack.advance(minutes=13)
    await stack.services.store.expire(stack.clock.now())
    assert (await attempt(stack, user.username, PASSWORD)).status_code == 429


async def test_the_lock_counts_from_the_last_failure(stack: Stack, user: User) -> None:
    for _ in range(9):
        await attempt(stack, user.username)
    await stack.advance(minutes=14)
    await attempt(stack, user.username)
    locked = await attempt(stack, user.username, PASSWORD)
    assert (locked.status_code, locked.headers["Retry-After"]) == (429, "900")
    await stack.advance(minutes=14, seconds=59)
    assert (await attempt(stack, user.username, PASSWORD)).status_code == 429


class CountingHasher(PasswordHasher):
    """Counts the times that it hashes."""

    hashed = 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.hashed += 1
        return super().hash(password, salt=salt)

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        self.hashed += 1
        return super().verify(hash, password)


async def test_a_name_of_nobody_takes_as_many_hashes_as_a_wrong_password(tmp_path: Path) -> None:
    hasher = CountingHasher(time_cost=1, memory_cost=8, parallelism=1)
    async with running(tmp_path, services={"password_hasher": hasher}) as stack:
        user = await stack.sign_up()
        counts = []
        for name in (user.username, "nobody"):
            before = hasher.hashed
            assert (await attempt(stack, name)).status_code == 401
            counts.append(hasher.hashed - before)
    assert counts == [counts[0]] * 2
