"""Access to every route, for every kind of caller."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
import pytest_asyncio

from infra.groups import entries, fallback, map_owners
from shared.identity import AccessClaims, Role, issue_access
from shared.web.app import create_app
from tests.shared.web.shop import router as shop
from tests.stack import Stack, running
from tests.whole.answers import flaw_of_refusal, rejects_all
from tests.whole.examples import FORM, JSON, Operation, operations, with_ids
from tests.whole.served import Served, served
from tests.whole.world import HOOK, World, built, session_of, token_of

Ask = Callable[[Served], Awaitable[httpx.Response]]

OWNER_ONLY = 404  # never 403: an id can't be probed


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with running(tmp_path_factory.mktemp("access"), url_fetch_allowed_hosts=HOOK) as built_stack:
        yield built_stack


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(stack: Stack) -> World:
    """Routes that the tests must not change."""
    return await built(stack)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stranger(stack: Stack) -> World:
    return await built(stack, "stranger")


async def refusals(routes: list[Served], ask: Ask, status: int) -> list[str]:
    """List the routes that do not refuse with `status` in the contract's shape."""
    wrong = []
    for route in routes:
        answer = await ask(route)
        flaw = flaw_of_refusal(answer)
        if answer.status_code != status or flaw:
            wrong.append(f"{route}: {answer.status_code} {flaw or answer.text[:200]}")
    return wrong


def closed() -> list[Served]:
    return [route for route in served() if not route.access.public]


async def test_every_route_says_who_may_call_it_and_what_it_costs() -> None:
    routes = served()
    assert {route.group for route in routes} == {"auth", "courses", "assessments", "admin"}
    assert all(route.cost.reads or route.access.public for route in routes), "a session is read"


async def test_no_two_routes_are_one() -> None:
    keys = [(route.method, route.path) for route in served()]
    assert len(keys) == len(set(keys))


async def test_every_path_reaches_the_group_that_serves_it() -> None:
    routes = map_owners(entries())
    for route in served():
        assert (routes.find(route.path) or fallback()) == route.group, route


async def test_without_a_token_every_closed_route_answers_401(stack: Stack, world: World) -> None:
    async def ask(route: Served) -> httpx.Response:
        return await stack.http.request(route.method, route.at(world.ids))

    assert await refusals(closed(), ask, 401) == []


@pytest.mark.slow
async def test_tokens_that_are_not_ours_are_refused_everywhere(stack: Stack, world: World) -> None:
    for token in _bad_tokens(stack, world):
        http = stack.client(Authorization=f"Bearer {token}")

        async def ask(route: Served, http: httpx.AsyncClient = http) -> httpx.Response:
            return await http.request(route.method, route.at(world.ids))

        assert await refusals(closed(), ask, 401) == [], token


def _bad_tokens(stack: Stack, world: World) -> list[str]:
    now = stack.clock.now()
    secret = stack.services.settings.jwt_secret.get_secret_value()
    honest = jwt.decode(world.user.access, options={"verify_signature": False})
    claims = AccessClaims(honest["sub"], honest["sid"])
    head, body, signature = world.user.access.split(".")
    return [
        world.user.refresh,
        jwt.encode(honest, "", algorithm="none"),
        jwt.encode(honest, "x" * 40, algorithm="HS256"),
        jwt.encode({**honest, "typ": "refresh"}, secret, algorithm="HS256"),
        jwt.encode({**honest, "iss": "another"}, secret, algorithm="HS256"),
        jwt.encode({**honest, "sid": "../" + honest["sid"]}, secret, algorithm="HS256"),
        jwt.encode({**honest, "sub": f"{honest['sub']}/sessions"}, secret, algorithm="HS256"),
        f"{head}.{body}.{signature[:-4]}AAAA",
        issue_access(claims, secret=secret, now=now - timedelta(hours=1), lifetime=timedelta(minutes=30)),
    ]


@pytest.mark.slow
async def test_nobody_reaches_what_another_has(stack: Stack, world: World, stranger: World) -> None:
    before = await world.everything(stack)
    wrong = []
    for route in _owned():
        for ids in _mixtures(route, world.ids, stranger.ids):
            answer = await _asked(stack, stranger.user.http, route, ids)
            flaw = flaw_of_refusal(answer)
            if answer.status_code != OWNER_ONLY or flaw:
                wrong.append(f"{route}: {answer.status_code} {flaw or answer.text[:200]}")
    assert not wrong, "\n".join(wrong)
    await stack.drain()
    assert await world.everything(stack) == before


def _owned() -> list[Served]:
    """The routes that name something of a user's."""
    return [route for route in closed() if route.parameters and not route.access.roles]


def _mixtures(route: Served, owner: dict[str, str], stranger: dict[str, str]) -> list[dict[str, str]]:
    """All ids the owner's; and, where there are two, the last one the owner's under a stranger's first."""
    kinds = [kind for kind, _ in route.parameters]
    if len(kinds) == 1:
        return [owner]
    return [owner, {**owner, kinds[0]: stranger[kinds[0]]}]


async def _asked(stack: Stack, http: httpx.AsyncClient, route: Served, ids: dict[str, str]) -> httpx.Response:
    """A call that is valid as far as the document tells, so that only the ids can be why it is refused."""
    operation = _operation(stack, route)
    path = route.at(ids)
    if FORM in operation.takes and JSON not in operation.takes:
        fields, files = operation.form()
        return await http.request(route.method, path, data=fields, files=files)
    body = with_ids(operation.body(), ids) if JSON in operation.takes else None
    return await http.request(route.method, path, json=body)


def _operation(stack: Stack, route: Served) -> Operation:
    document = stack.services.api_document
    assert document is not None
    found = {(each.method, each.path): each for each in operations(document)}
    return found[route.method, route.path]


async def test_bodies_cannot_name_what_another_has(stack: Stack, world: World, stranger: World) -> None:
    before = await world.everything(stack)
    wrong = []
    document = stack.services.api_document
    assert document is not None
    for operation in operations(document):
        if operation.is_public or JSON not in operation.takes:
            continue
        body = operation.body()
        named = with_ids(body, world.ids)
        if named == with_ids(body, stranger.ids):
            continue
        route = next(each for each in served() if str(each) == str(operation))
        answer = await stranger.user.http.request(operation.method, route.at(stranger.ids), json=named)
        if answer.status_code not in (404, 409, 422) and not rejects_all(answer):
            wrong.append(f"{operation} with {named}: {answer.status_code} {answer.text[:200]}")
    assert not wrong, "\n".join(wrong)
    await stack.drain()
    assert await world.everything(stack) == before


@pytest.mark.parametrize("fields", [{"status": "suspended"}, {"expires_at": "2026-03-01T00:00:00Z"}])
async def test_suspended_and_expired_sessions_are_refused_everywhere(
    stack: Stack, world: World, fields: dict[str, Any]
) -> None:
    http = await session_of(stack, world.user.id, **fields)

    async def ask(route: Served) -> httpx.Response:
        return await http.request(route.method, route.at(world.ids))

    assert await refusals(closed(), ask, 401) == []


async def test_a_session_of_an_account_being_erased_may_only_watch(stack: Stack, world: World) -> None:
    http = await session_of(stack, world.user.id, scope="erasure")
    watching = [route for route in closed() if route.access.while_erasing]
    assert {route.method for route in watching} <= {"GET"}

    async def ask(route: Served) -> httpx.Response:
        return await http.request(route.method, route.at(world.ids))

    assert await refusals([each for each in closed() if each not in watching], ask, 401) == []


async def test_an_ended_session_is_refused_everywhere(stack: Stack, world: World) -> None:
    http = await session_of(stack, world.user.id)
    assert (await http.get("/api/v1/courses/")).status_code == 200
    assert (await http.post("/api/v1/accounts/logout/")).status_code == 204

    async def ask(route: Served) -> httpx.Response:
        return await http.request(route.method, route.at(world.ids))

    assert await refusals(closed(), ask, 401) == []


async def test_routes_for_a_role_answer_403_to_everyone_else(stack: Stack, world: World) -> None:
    for role in ("student", "child", "teacher", "admin"):
        http = await session_of(stack, world.user.id, role=role)

        async def ask(route: Served, http: httpx.AsyncClient = http) -> httpx.Response:
            return await http.request(route.method, route.at(world.ids))

        barred = [each for each in closed() if each.access.roles and role not in each.access.roles]
        assert await refusals(barred, ask, 403) == [], role


@pytest.mark.parametrize(
    ("role", "status", "expected"),
    [
        ("student", "active", 403),
        ("child", "active", 403),
        ("teacher", "active", 403),
        ("admin", "active", 200),
        ("admin", "pending", 403),
        ("admin", "suspended", 401),
    ],
)
async def test_a_route_for_admins_lets_in_admins_alone(
    stack: Stack, role: Role, status: str, expected: int
) -> None:
    """On a route of the tests' own, so that it is tried whatever the product has."""
    app = create_app(stack.services, group="shop", routers=[shop])
    user = await stack.sign_up()
    token = await token_of(stack, user.id, role=role, status=status)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop.test") as http:
        answer = await http.get("/shop/office/", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == expected
