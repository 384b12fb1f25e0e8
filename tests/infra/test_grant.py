"""The operator's command that makes admins and approves teachers, and what it means at the front door."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from functions.auth.users.store import USERS
from infra.grant import NotGranted, Rights, grant, grant_deployed, main
from shared.identity import Role
from shared.store.firestore import FirestoreBackend
from shared.web.app import create_app
from tests.emulators import FIRESTORE
from tests.shared.web.shop import router as shop
from tests.stack import PASSWORD, Stack, User, running

LOGIN = "/api/v1/accounts/login/"
PROFILE = "/api/v1/accounts/profile/"


@pytest.fixture
async def office(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """Reaches a route for admins alone, over the stack's own sessions."""
    app = create_app(stack.services, group="shop", routers=[shop])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test") as http:
        yield http


async def entering(office: httpx.AsyncClient, access: str) -> int:
    answer = await office.get("/shop/office/", headers={"Authorization": f"Bearer {access}"})
    return answer.status_code


async def signed_in(stack: Stack, user: User) -> str:
    answer = await stack.http.post(LOGIN, json={"username": user.username, "password": PASSWORD})
    assert answer.status_code == 200
    access: str = answer.json()["access"]
    return access


async def test_an_admin_enters_after_signing_in_anew(
    stack: Stack, user: User, office: httpx.AsyncClient
) -> None:
    assert await entering(office, user.access) == 403
    await grant(stack.services, name=user.username, role="admin")
    assert await entering(office, user.access) == 401, "the session of before is over"
    refreshed = await stack.http.post("/api/v1/accounts/token-refresh/", json={"refresh": user.refresh})
    assert refreshed.status_code == 401
    access = await signed_in(stack, user)
    assert await entering(office, access) == 200
    profile = await stack.client(Authorization=f"Bearer {access}").get(PROFILE)
    assert profile.json()["role"] == "admin"


async def test_a_role_can_be_taken_away_at_once(stack: Stack, user: User, office: httpx.AsyncClient) -> None:
    await grant(stack.services, name=f"{user.username}@EXAMPLE.com", role="admin")
    access = await signed_in(stack, user)
    await grant(stack.services, name=user.username, role="student")
    assert await entering(office, access) == 401
    assert await entering(office, await signed_in(stack, user)) == 403


async def test_an_approved_teacher_goes_on_in_the_same_session(stack: Stack) -> None:
    teacher = await stack.sign_up(role="teacher")
    assert (await teacher.http.get(PROFILE)).json()["status"] == "pending"
    assert await grant(stack.services, name=teacher.username) == Rights("teacher", "active")
    assert (await teacher.http.get(PROFILE)).json()["status"] == "active"
    (session,) = (await teacher.http.get("/api/v1/accounts/sessions/")).json()
    assert session["current"]


@pytest.mark.parametrize(
    ("status", "role", "reason"),
    [
        ("active", None, "is not waiting for approval"),
        ("active", "student", "has the role student already"),
        ("suspended", "admin", "is suspended"),
        ("erasing", "admin", "is being erased"),
    ],
)
async def test_what_would_change_nothing_or_should_not_is_refused(
    stack: Stack, user: User, status: str, role: Role | None, reason: str
) -> None:
    await stack.services.store.merge(USERS.doc(user.id), {"status": status})
    before = await stack.services.store.get(USERS.doc(user.id))
    with pytest.raises(NotGranted, match=reason):
        await grant(stack.services, name=user.username, role=role)
    assert await stack.services.store.get(USERS.doc(user.id)) == before


async def test_it_leaves_an_audit_line(stack: Stack, user: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="aksio.audit"):
        await grant(stack.services, name=user.username, role="admin")
    (record,) = caplog.records
    fields = vars(record)["fields"]
    assert (fields["action"], fields["user"]) == ("grant", user.id)
    assert fields["before"] == {"role": "student", "status": "active"}
    assert fields["after"] == {"role": "admin", "status": "active"}
    assert fields["operator"]


def signed_up(folder: Path) -> None:
    async def once() -> None:
        async with running(folder) as stack:
            await stack.sign_up("ada")

    asyncio.run(once())


def test_the_command_grants_on_the_local_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    signed_up(tmp_path)
    assert main(["ada", "--role", "admin", "--local"]) == 0
    printed = capfd.readouterr()
    assert "ada is admin, active" in printed.out
    assert json.loads(printed.err.splitlines()[-1])["logger"] == "aksio.audit"
    assert main(["nobody", "--role", "admin", "--local"]) == 1
    assert "nothing was changed: no user has the name or e-mail address nobody" in capfd.readouterr().err


async def test_it_grants_on_a_deployments_firestore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with FIRESTORE.running() as host:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)
        with pytest.raises(NotGranted, match="AUDIT_KEYS"):
            await grant_deployed(project="test-grant", database="(default)", name="ada", role="admin")
        monkeypatch.setenv("AUDIT_KEYS", "a-key-of-the-audit-log-for-tests-alone")
        backend = FirestoreBackend(project="test-grant")
        async with running(tmp_path, services={"_backend": backend}) as stack:
            user = await stack.sign_up("ada")
            after = await grant_deployed(project="test-grant", database="(default)", name="ada", role="admin")
            assert after == Rights("admin", "active")
            assert (await user.http.get(PROFILE)).status_code == 401
            profile = await stack.client(Authorization=f"Bearer {await signed_in(stack, user)}").get(PROFILE)
    assert profile.json()["role"] == "admin"


@pytest.mark.parametrize(
    "arguments",
    [
        ["ada", "--role", "admin"],
        ["ada", "--local"],
        ["ada", "--role", "king", "--local"],
        ["ada", "--role", "admin", "--approve", "--local"],
        ["ada", "--approve", "--local", "--project", "p"],
    ],
)
def test_it_must_be_told_what_and_where(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    assert "usage" in capsys.readouterr().err
