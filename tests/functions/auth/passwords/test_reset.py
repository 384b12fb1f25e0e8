"""Reset of a password over HTTP and mail."""

import asyncio
import email
import re
import threading
from email import policy
from pathlib import Path
from typing import Literal

import httpx
import pytest
from argon2 import PasswordHasher

from functions.auth.passwords.store import PASSWORD_RESETS, reset_ref
from shared.identity import SESSIONS
from shared.services import Services
from tests.deadlines import DEADLINE_SECONDS
from tests.stack import PASSWORD, Stack, User, running

RESET = "/api/v1/accounts/password-reset/"
CONFIRM = "/api/v1/accounts/password-reset-confirm/"
NEW = "another horse 8"


def read_mails(services: Services) -> list[tuple[str, str]]:
    """Read recipient and text of every mail in the folder."""
    folder = services.settings.data_dir / "mail"
    parsed = [
        email.message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in sorted(folder.glob("*.eml"))
    ]
    return [(str(message["To"]), str(message.get_content())) for message in parsed]


async def request_reset(stack: Stack, address: str, path: str = RESET) -> httpx.Response:
    answer = await stack.http.post(path, json={"email": address})
    await stack.drain()
    return answer


async def read_token(stack: Stack, user: User) -> str:
    await request_reset(stack, f"{user.username}@example.com")
    found = {re.findall(r"token=(\S+)", text)[0] for _, text in read_mails(stack.services)}
    (token,) = found
    return str(token)


async def confirm(stack: Stack, token: str, password: str = NEW, path: str = CONFIRM) -> httpx.Response:
    return await stack.http.post(path, json={"token": token, "new_password": password})


async def login(stack: Stack, user: User, password: str) -> int:
    body = {"username": user.username, "password": password}
    return (await stack.http.post("/api/v1/accounts/login/", json=body)).status_code


@pytest.mark.parametrize("prefix", ["/api/v1/accounts/", "/api/v1/auth/"])
async def test_the_mailed_link_sets_the_password_and_ends_every_session(
    stack: Stack, user: User, prefix: str
) -> None:
    answer = await request_reset(stack, f"{user.username.upper()}@Example.com", f"{prefix}password-reset/")
    assert (answer.status_code, list(answer.json())) == (202, ["message"])
    ((to, text),) = read_mails(stack.services)
    assert to == f"{user.username}@example.com"
    (link,) = re.findall(r"http://\S+", text)
    assert link.startswith("http://localhost:3000/reset-password?token=")
    answer = await confirm(stack, link.partition("token=")[2], path=f"{prefix}password-reset-confirm/")
    assert (answer.status_code, list(answer.json())) == (200, ["message"])
    assert (await user.http.get("/api/v1/accounts/sessions/")).status_code == 401
    assert (await login(stack, user, PASSWORD), await login(stack, user, NEW)) == (401, 200)


async def test_an_unknown_address_gets_the_same_answer_and_no_mail(stack: Stack, user: User) -> None:
    known, unknown = (
        await request_reset(stack, f"{user.username}@example.com"),
        await request_reset(stack, "who@example.com"),
    )
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    assert known.headers["X-Store-Cost"] == unknown.headers["X-Store-Cost"]
    assert len(read_mails(stack.services)) == 1


async def test_a_link_works_once(stack: Stack, user: User) -> None:
    token = await read_token(stack, user)
    answers = await asyncio.gather(*(confirm(stack, token) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 422, 422, 422, 422]
    assert list((await confirm(stack, token)).json()["details"]) == ["token"]


async def test_a_link_works_for_an_hour(stack: Stack, user: User) -> None:
    token = await read_token(stack, user)
    await stack.advance(hours=1)
    assert (await confirm(stack, token)).status_code == 422


async def test_a_changed_password_ends_the_links_made_before(stack: Stack, user: User) -> None:
    token = await read_token(stack, user)
    change = {"old_password": PASSWORD, "new_password": NEW}
    assert (await user.http.post("/api/v1/accounts/password-change/", json=change)).status_code == 200
    assert (await confirm(stack, token, "a third horse 9")).status_code == 422


async def test_a_reset_unlocks_the_account(stack: Stack, user: User) -> None:
    token = await read_token(stack, user)
    statuses = [await login(stack, user, "a wrong horse") for _ in range(10)]
    assert [*statuses, await login(stack, user, PASSWORD)] == [*[401] * 10, 429]
    assert (await confirm(stack, token)).status_code == 200
    assert await login(stack, user, NEW) == 200


class HeldHasher(PasswordHasher):
    """Holds the answer to a check until it is set free, once it has begun to hold."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.holding, self.free = threading.Event(), threading.Event()

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        answer = super().verify(hash, password)
        self.holding.set()
        assert self.free.wait(DEADLINE_SECONDS)
        return answer


async def test_the_old_password_opens_no_session_once_it_was_changed(tmp_path: Path) -> None:
    """It was right when its check began, and the reset came before the session."""
    hasher = HeldHasher()
    async with running(tmp_path, services={"password_hasher": hasher}) as stack:
        user = await stack.sign_up()
        token = await read_token(stack, user)
        signing_in = asyncio.create_task(login(stack, user, PASSWORD))
        assert await asyncio.to_thread(hasher.holding.wait, DEADLINE_SECONDS)
        assert (await confirm(stack, token)).status_code == 200
        hasher.free.set()
        assert await signing_in == 401
        assert await stack.services.store.count(SESSIONS.query(user=user.id)) == 0


async def test_a_weak_password_leaves_the_link_good(stack: Stack, user: User) -> None:
    token = await read_token(stack, user)
    for weak in ("short", "password123", "user1@example.com"):
        answer = await confirm(stack, token, weak)
        assert (answer.status_code, list(answer.json()["details"])) == (422, ["new_password"])
    assert (await confirm(stack, token)).status_code == 200


async def test_a_made_up_token_is_spent(stack: Stack) -> None:
    for token in ["nonsense", "../../etc", "é"]:
        assert (await confirm(stack, token)).status_code == 422


async def test_at_most_five_mails_leave_in_an_hour(stack: Stack, user: User) -> None:
    for _ in range(7):
        await request_reset(stack, f"{user.username}@example.com")
    assert len(read_mails(stack.services)) == 5
    await stack.advance(hours=1)
    await request_reset(stack, f"{user.username}@example.com")
    assert len(read_mails(stack.services)) == 6


async def test_the_token_waits_nowhere_in_plain_text(stack: Stack, user: User) -> None:
    await stack.http.post(RESET, json={"email": f"{user.username}@example.com"})
    (waiting,) = [m for m in await stack.services.queue.list_waiting() if m.name == "password_reset.send"]
    assert "example.com" not in str(waiting.payload)
    await stack.drain()
    (token,) = re.findall(r"token=(\S+)", read_mails(stack.services)[0][1])
    assert token not in str(waiting.payload)
    (stored,) = await stack.services.store.find(PASSWORD_RESETS.query())
    assert stored.id == reset_ref(token).id != token


async def test_a_repeated_delivery_mails_nothing_more(stack: Stack, user: User) -> None:
    await stack.http.post(RESET, json={"email": f"{user.username}@example.com"})
    waiting = await stack.services.queue.list_waiting()
    await stack.drain()
    before = read_mails(stack.services)
    await stack.services.queue.push(waiting)
    await stack.drain()
    assert read_mails(stack.services) == before
    assert await stack.services.store.count(PASSWORD_RESETS.query()) == 1
