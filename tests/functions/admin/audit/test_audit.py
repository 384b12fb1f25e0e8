"""The audit log at the front door: who did what, who may read it, and what erasure leaves."""

import csv
import io
import json
import logging
import sqlite3
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from functions.admin.audit.tasks import PublishAuditHeads
from infra.grant import grant
from shared.audit.store import ENTRIES
from shared.identity import Role
from shared.messages import Scheduled
from shared.store import Transaction
from tests.functions.auth.passwords.test_reset import read_token
from tests.stack import PASSWORD, Stack, User
from tests.whole.world import session_of

LOG = "/api/admin/audit-logs/"
LOGIN = "/api/v1/accounts/login/"
AGENT = "Browser of Ada 7.1"
ADDRESS = "127.0.0.1"


@pytest.fixture
async def admin(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    async with await session_of(stack, "the-admin", role="admin") as http:
        yield http


async def read(admin: httpx.AsyncClient, path: str = LOG, **query: Any) -> Any:
    answer = await admin.get(path, params={"page_size": 100, **query} if path == LOG else query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def tell(admin: httpx.AsyncClient, **query: Any) -> list[tuple[str, bool]]:
    """List what the log tells, without readings of the log, sorted: the clock stands still."""
    results = (await read(admin, **query))["results"]
    told = [(each["action"], each["success"]) for each in results]
    return sorted(each for each in told if not each[0].startswith("audit_"))


async def log_in(stack: Stack, user: User, password: str = PASSWORD) -> httpx.Response:
    body = {"username": user.username, "password": password}
    return await stack.http.post(LOGIN, json=body, headers={"User-Agent": AGENT})


async def test_what_happens_to_an_account_is_told(stack: Stack, user: User, admin: httpx.AsyncClient) -> None:
    assert (await log_in(stack, user, "a wrong horse")).status_code == 401
    session = (await log_in(stack, user)).json()
    http = stack.client(Authorization=f"Bearer {session['access']}")
    own = [each for each in (await http.get("/api/v1/accounts/sessions/")).json() if not each["current"]]
    assert (await http.delete(f"/api/v1/accounts/sessions/{own[0]['id']}/")).status_code == 204
    change = {"old_password": PASSWORD, "new_password": "another horse 8"}
    wrong = {**change, "old_password": "no horse at all"}
    assert (await http.post("/api/v1/accounts/password-change/", json=wrong)).status_code == 422
    renewed = (await http.post("/api/v1/accounts/password-change/", json=change)).json()
    http = stack.client(Authorization=f"Bearer {renewed['access']}")
    assert (await http.post("/api/v1/accounts/export/")).status_code == 202
    await grant(stack.services, name=user.username, role="teacher")
    session = (await log_in(stack, user, "another horse 8")).json()
    http = stack.client(Authorization=f"Bearer {session['access']}")
    assert (await http.post("/api/v1/accounts/logout/")).status_code == 204
    assert await tell(admin, user=user.id) == [
        ("export", True),
        ("login", False),
        ("login", True),
        ("login", True),
        ("logout", True),
        ("password_change", False),
        ("password_change", True),
        ("register", True),
        ("role_change", True),
        ("session_end", True),
    ]


async def test_an_entry_is_as_the_contract_shows_it(
    stack: Stack, user: User, admin: httpx.AsyncClient
) -> None:
    await log_in(stack, user)
    (entry,) = (await read(admin, action="login"))["results"]
    assert entry.pop("id")
    assert entry == {
        "user": user.id,
        "action": "login",
        "resource": "accounts",
        "resource_id": None,
        "ip_address": ADDRESS,
        "user_agent": AGENT,
        "success": True,
        "created_at": "2026-03-02T12:00:00.000Z",
        "details": {},
    }


async def test_a_stranger_is_not_named(stack: Stack, admin: httpx.AsyncClient) -> None:
    body = {"username": "nobody@example.com", "password": PASSWORD}
    assert (await stack.http.post(LOGIN, json=body)).status_code == 401
    (entry,) = (await read(admin, action="login"))["results"]
    assert (entry["user"], entry["ip_address"], entry["success"]) == (None, None, False)
    assert entry["details"].keys() == {"reason", "locked", "address_key"}


async def test_the_failure_that_locks_says_so(stack: Stack, user: User, admin: httpx.AsyncClient) -> None:
    for _ in range(12):
        await log_in(stack, user, "a wrong horse")
    entries = (await read(admin, action="login"))["results"]
    assert sorted(entry["details"]["locked"] for entry in entries) == [False] * 9 + [True]


async def test_a_reset_and_a_stolen_refresh_token_are_told(
    stack: Stack, user: User, admin: httpx.AsyncClient
) -> None:
    refresh = {"refresh": user.refresh}
    assert (await stack.http.post("/api/v1/accounts/token-refresh/", json=refresh)).status_code == 200
    await stack.advance(minutes=5)
    assert (await stack.http.post("/api/v1/accounts/token-refresh/", json=refresh)).status_code == 401
    token = await read_token(stack, user)
    body = {"token": token, "new_password": "another horse 8"}
    confirmed = await stack.http.post("/api/v1/accounts/password-reset-confirm/", json=body)
    assert confirmed.status_code == 200, confirmed.text
    told = await tell(admin, user=user.id)
    assert told == [
        ("password_reset", True),
        ("password_reset_request", True),
        ("register", True),
        ("session_end", False),
    ]


async def test_a_suspended_account_that_signs_in_is_told(
    stack: Stack, user: User, admin: httpx.AsyncClient
) -> None:
    async def work(tx: Transaction) -> None:
        from functions.auth.users.store import USERS

        tx.merge(USERS.doc(user.id), {"status": "suspended"})

    await stack.services.store.transact(work)
    assert (await log_in(stack, user)).status_code == 403
    (entry,) = (await read(admin, action="login"))["results"]
    assert (entry["success"], entry["details"]) == (False, {"reason": "suspended"})


async def test_no_secret_is_in_it(stack: Stack, user: User, admin: httpx.AsyncClient) -> None:
    await test_what_happens_to_an_account_is_told(stack, user, admin)
    await test_a_reset_and_a_stolen_refresh_token_are_told(stack, await stack.sign_up(), admin)
    stored = str([each async for each in stack.services.store.backend.stream_subtree("audit_entries")])
    shown = json.dumps(await read(admin))
    secrets = [
        PASSWORD,
        "another horse 8",
        "a wrong horse",
        user.access,
        user.refresh,
        "eyJ",
        "$argon2",
        "token=",
    ]
    for text in (stored, shown):
        assert [secret for secret in secrets if secret in text] == []
    assert [name for name in (user.id, user.username, ADDRESS, AGENT, "@example.com") if name in stored] == []


async def test_filters_and_pages(stack: Stack, user: User, admin: httpx.AsyncClient) -> None:
    other = await stack.sign_up()
    for _ in range(3):
        await log_in(stack, user)
    await stack.advance(days=1)
    admin = await session_of(stack, "the-admin", role="admin")
    await log_in(stack, user)
    await log_in(stack, other)
    assert len((await read(admin, user=user.id, action="login"))["results"]) == 4
    assert len((await read(admin, user=user.id, action="login", end_date="2026-03-02"))["results"]) == 3
    assert len((await read(admin, action="login", start_date="2026-03-03"))["results"]) == 2
    assert (await read(admin, user="somebody-else"))["results"] == []
    assert (await admin.get(LOG, params={"user": "../sessions"})).status_code in (404, 422)
    assert (await admin.get(LOG, params={"start_date": "yesterday"})).status_code == 422
    pages: list[list[str]] = []
    query: dict[str, Any] = {"user": user.id, "page_size": 2, "action": "login"}
    answer = await read(admin, **query)
    assert answer["count"] == 4
    while True:
        pages.append([each["id"] for each in answer["results"]])
        if answer["next"] is None:
            break
        answer = (await admin.get(answer["next"])).json()
    assert [len(page) for page in pages] == [2, 2]
    assert len({each for page in pages for each in page}) == 4


@pytest.mark.parametrize("path", [LOG, f"{LOG}export/", f"{LOG}verify/"])
async def test_only_administrators_read_it(stack: Stack, path: str) -> None:
    for prefixed in (path, path.replace("/api/", "/api/v1/")):
        assert (await stack.http.get(prefixed)).status_code == 401
        roles: list[tuple[Role, int]] = [("student", 403), ("child", 403), ("teacher", 403), ("admin", 200)]
        for role, status in roles:
            http = await session_of(stack, f"a-{role}", role=role)
            assert (await http.get(prefixed)).status_code == status, (role, prefixed)


async def test_readings_are_told(stack: Stack, user: User, admin: httpx.AsyncClient) -> None:
    await read(admin, user=user.id, start_date="2026-03-01")
    assert (await admin.get(f"{LOG}export/", params={"format": "csv"})).status_code == 200
    await read(admin, f"{LOG}verify/")
    await admin.get(LOG)
    entries = (await read(admin))["results"]
    told = {each["action"]: each for each in entries if each["user"] == "the-admin"}
    assert told.keys() == {"audit_read", "audit_export", "audit_verify"}
    first = [each for each in entries if each["action"] == "audit_read"][-1]
    assert (first["resource"], first["resource_id"]) == ("audit_logs", user.id)
    assert first["details"] == {
        "start_date": "2026-03-01",
        "end_date": None,
        "filter_action": None,
        "entries": 1,
    }
    assert told["audit_export"]["details"]["format"] == "csv"


async def test_exports(stack: Stack, user: User, admin: httpx.AsyncClient) -> None:
    for _ in range(3):
        await stack.http.post(
            LOGIN,
            json={"username": user.username, "password": PASSWORD},
            headers={"User-Agent": '=HYPERLINK("x")'},
        )
    answer = await admin.get(f"{LOG}export/")
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert 'filename="audit-2026-03-02.ndjson"' in answer.headers["Content-Disposition"]
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert sorted(row["action"] for row in rows) == ["audit_export", "login", "login", "login", "register"]
    listed = (await read(admin))["results"]
    assert {row["id"] for row in rows} <= {row["id"] for row in listed}
    table = list(
        csv.DictReader(io.StringIO((await admin.get(f"{LOG}export/", params={"format": "csv"})).text))
    )
    assert list(table[0]) == list(rows[0])
    assert {row["user_agent"] for row in table if row["action"] == "login"} == {'\'=HYPERLINK("x")'}
    empty = await admin.get(f"{LOG}export/", params={"end_date": "2026-01-01"})
    assert (empty.status_code, empty.text) == (200, "")


async def test_verification_names_the_first_break(stack: Stack, user: User, admin: httpx.AsyncClient) -> None:
    for _ in range(3):
        await log_in(stack, user)
    whole = await read(admin, f"{LOG}verify/")
    assert (whole["valid"], whole["first_break"], whole["entries"]) == (True, None, 5)
    entries = await stack.services.store.find(ENTRIES.query().where("action", "==", "login"))
    second = sorted(entries, key=lambda entry: entry.number)[1]
    await stack.services.store.merge(ENTRIES.doc(second.id), {"success": False})
    broken = await read(admin, f"{LOG}verify/")
    assert (broken["valid"], broken["broken"]) == (False, 1)
    assert broken["first_break"] == {
        "reason": "changed",
        "shard": second.shard,
        "number": second.number,
        "entry": second.id,
        "day": "2026-03-02",
    }


async def test_erasure_leaves_no_name(stack: Stack, admin: httpx.AsyncClient) -> None:
    user = await stack.sign_up("ada.lovelace")
    await log_in(stack, user)
    await log_in(stack, user, "a wrong horse")
    await grant(stack.services, name=user.username, role="teacher")
    http = stack.client(Authorization=f"Bearer {(await log_in(stack, user)).json()['access']}")
    await read(admin, user=user.id)
    erased = await http.request("DELETE", "/api/v1/accounts/profile/", json={"password": PASSWORD})
    assert erased.status_code == 202
    await stack.drain()
    needles = [user.id, "ada.lovelace", AGENT, ADDRESS]
    database = sqlite3.connect(stack.services.settings.data_dir / "store.sqlite3")
    for table in ("documents", "queue"):
        stored = str(database.execute(f"SELECT * FROM {table}").fetchall())
        assert [needle for needle in needles[:3] if needle in stored] == []
    database.close()
    results = (await read(admin))["results"]
    names = {each["user"] for each in results if each["action"] in ("register", "login", "erase")} - {None}
    (name,) = names
    assert name.startswith("erased-")
    about = [each for each in results if name in (each["user"], each["resource_id"])]
    assert {each["ip_address"] for each in about if each["user"] == name} == {None}
    assert {each["action"] for each in about} >= {"register", "login", "role_change", "erase", "audit_read"}
    assert len((await read(admin, user=name))["results"]) == len(about)
    whole = await read(admin, f"{LOG}verify/")
    assert whole["valid"]


async def test_heads_are_published_by_the_hour(stack: Stack, caplog: pytest.LogCaptureFixture) -> None:
    user = await stack.sign_up()
    await stack.services.tasks.enqueue(
        [stack.services.outbox.prepare([Scheduled(PublishAuditHeads())]).tasks[0]]
    )
    with caplog.at_level(logging.INFO, logger="aksio.audit"):
        await stack.drain()
    (record,) = [each for each in caplog.records if "audit heads published" in each.message]
    (mark,) = vars(record)["fields"]["heads"].values()
    assert mark.startswith("1:")
    assert user.id not in str(vars(record))
