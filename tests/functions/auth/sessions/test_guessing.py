"""Guessing passwords: many at once, and from one address through many instances."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.auth.sessions.store import ADDRESS_ATTEMPTS, LOGIN_FAILURES
from functions.auth.users import hashing
from infra.local.stack import LocalStack
from shared.services import Services
from shared.store.database import Database
from tests.deadlines import DEADLINE_SECONDS
from tests.stack import PASSWORD, Stack, User, cheap, running

LOGIN = "/api/v1/accounts/login/"
RESET = "/api/v1/accounts/password-reset/"

HoldGuesses = Callable[[int], tuple[asyncio.Event, asyncio.Event]]


async def attempt(stack: Stack, name: str, password: str = "a wrong horse") -> httpx.Response:
    return await stack.http.post(LOGIN, json={"username": name, "password": password})


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note every password that is hashed to be checked."""
    passwords: list[str] = []
    real = hashing.verify_password

    async def noting(hasher: object, password: str, stored: str | None) -> hashing.PasswordCheck:
        passwords.append(password)
        return await real(hasher, password, stored)  # type: ignore[arg-type]

    monkeypatch.setattr(hashing, "verify_password", noting)
    return passwords


@pytest.fixture
def hold_guesses(hashed: list[str], monkeypatch: pytest.MonkeyPatch) -> HoldGuesses:
    """Hold the answers to wrong passwords; return the event of so many hashed, and the one that goes on."""
    noting = hashing.verify_password

    def start(number: int) -> tuple[asyncio.Event, asyncio.Event]:
        all_hashed, go_on = asyncio.Event(), asyncio.Event()

        async def hold(hasher: Any, password: str, stored: str | None) -> hashing.PasswordCheck:
            result = await noting(hasher, password, stored)
            if len(hashed) == number:
                all_hashed.set()
            if password != PASSWORD:
                await go_on.wait()
            return result

        monkeypatch.setattr(hashing, "verify_password", hold)
        return all_hashed, go_on

    return start


@pytest.mark.parametrize("burst", [20, 150])
async def test_of_a_burst_ten_guesses_are_checked(
    stack: Stack, user: User, hashed: list[str], burst: int
) -> None:
    guesses = [attempt(stack, user.username, f"guess number {number}") for number in range(burst)]
    statuses = Counter(answer.status_code for answer in await asyncio.gather(*guesses))
    assert statuses == {401: 10, 429: burst - 10}
    assert len(hashed) == 10
    assert await stack.services.store.count(LOGIN_FAILURES.query()) == 1
    assert (await attempt(stack, user.username, PASSWORD)).status_code == 429


async def test_the_right_guess_among_those_not_checked_is_answered_like_them(
    stack: Stack, user: User, hashed: list[str], hold_guesses: HoldGuesses
) -> None:
    """It comes while the ten that are checked still are."""
    ten_checked, go_on = hold_guesses(10)
    passwords = [f"guess number {number}" for number in range(149)]
    wrong = asyncio.gather(*(attempt(stack, user.username, each) for each in passwords))
    async with asyncio.timeout(DEADLINE_SECONDS):
        await ten_checked.wait()
    right = await attempt(stack, user.username, PASSWORD)
    go_on.set()
    answers = [*await wrong, right]
    assert len(hashed) == 10
    assert PASSWORD not in hashed
    refused = {
        (answer.status_code, answer.json()["error"], answer.headers["X-Store-Cost"].partition(" retries")[0])
        for answer, password in zip(answers, [*passwords, PASSWORD], strict=True)
        if password not in hashed
    }
    assert len(refused) == 1
    assert right.status_code == 429


@pytest.mark.parametrize("position", [0, 4, 9])
async def test_a_right_password_within_a_burst_frees_none_of_its_guesses(
    stack: Stack, user: User, hold_guesses: HoldGuesses, position: int
) -> None:
    ten_checked, go_on = hold_guesses(10)
    passwords = [f"guess number {number}" for number in range(9)]
    passwords.insert(position, PASSWORD)
    burst = asyncio.gather(*(attempt(stack, user.username, each) for each in passwords))
    async with asyncio.timeout(DEADLINE_SECONDS):
        await ten_checked.wait()
    go_on.set()
    statuses = [answer.status_code for answer in await burst]
    assert statuses == [200 if password == PASSWORD else 401 for password in passwords]
    later = [(await attempt(stack, user.username)).status_code for _ in range(5)]
    assert later == [401, 429, 429, 429, 429]


async def test_a_right_password_forgets_one_s_own_slips_and_no_guess_made_meanwhile(
    stack: Stack, user: User, hold_guesses: HoldGuesses
) -> None:
    for _ in range(5):
        assert (await attempt(stack, user.username)).status_code == 401
    nine_checked, go_on = hold_guesses(9)
    guesses = asyncio.gather(*(attempt(stack, user.username, f"guess {each}") for each in range(4)))
    async with asyncio.timeout(DEADLINE_SECONDS):
        await nine_checked.wait()
    assert (await attempt(stack, user.username, PASSWORD)).status_code == 200
    go_on.set()
    assert {answer.status_code for answer in await guesses} == {401}
    later = [(await attempt(stack, user.username)).status_code for _ in range(7)]
    assert later == [401] * 6 + [429]


async def test_a_burst_on_a_name_of_nobody_is_answered_alike(stack: Stack, hashed: list[str]) -> None:
    answers = await asyncio.gather(*(attempt(stack, "nobody") for _ in range(30)))
    assert Counter(answer.status_code for answer in answers) == {401: 10, 429: 20}
    assert len(hashed) == 10


async def test_nine_right_sign_ins_at_once_all_succeed(stack: Stack, user: User) -> None:
    answers = await asyncio.gather(*(attempt(stack, user.username, PASSWORD) for _ in range(9)))
    assert {answer.status_code for answer in answers} == {200}


async def test_an_address_is_limited_over_all_instances(tmp_path: Path) -> None:
    async with running(tmp_path, rate_limit_anonymous_per_minute=20) as stack:
        await stack.sign_up()
        other = LocalStack(
            Services(
                stack.services.settings,
                clock=stack.clock,
                **{**cheap(tmp_path), "database": Database(tmp_path / "store.sqlite3", durable=False)},
            )
        )
        transport = httpx.ASGITransport(other.gateway, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://stack.test") as elsewhere:
            for number in range(10):
                assert (await attempt(stack, f"somebody {number}")).status_code == 401
            for number in range(5):
                body = {"email": f"nobody{number}@example.com"}
                assert (await elsewhere.post(RESET, json=body)).status_code == 202
            for number in range(5):
                body = {"username": f"another {number}", "password": "a wrong horse"}
                assert (await elsewhere.post(LOGIN, json=body)).status_code == 401
            refused = await elsewhere.post(LOGIN, json={"username": "user1", "password": PASSWORD})
            assert refused.status_code == 429
            assert 1 <= int(refused.headers["Retry-After"]) <= 60
            assert (await elsewhere.post(RESET, json={"email": "a@example.com"})).status_code == 429
            assert (await elsewhere.get("/api/health/")).status_code == 200
            assert (await attempt(stack, "user1", PASSWORD)).status_code == 429
            await stack.advance(minutes=1)
            assert (await attempt(stack, "user1", PASSWORD)).status_code == 200
        await other.stop()


async def test_each_address_has_its_own_attempts(tmp_path: Path) -> None:
    async with running(tmp_path, rate_limit_anonymous_per_minute=5, trusted_proxies=1) as stack:
        statuses = [
            (
                await stack.http.post(
                    LOGIN,
                    json={"username": f"somebody {number}", "password": "a wrong horse"},
                    headers={"X-Forwarded-For": address},
                )
            ).status_code
            for address in ("203.0.113.1", "203.0.113.2")
            for number in range(6)
        ]
    assert statuses == [*[401] * 5, 429] * 2


async def test_no_address_is_stored_in_the_clear(stack: Stack) -> None:
    await attempt(stack, "nobody")
    (stored,) = await stack.services.store.find(ADDRESS_ATTEMPTS.query())
    assert "127.0.0.1" not in stored.model_dump_json()
    assert stored.count == 1
