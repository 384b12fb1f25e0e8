"""Rules that hold for every route: parameters, numbers as ids, HEAD, Allow, streams, children."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.stack import Stack, running
from tests.whole.answers import flaw_of_refusal, rejects_all
from tests.whole.examples import JSON, Operation, operations, with_ids
from tests.whole.served import Served, served
from tests.whole.world import HOOK, World, built, session_of

EVENTS = "text/event-stream"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OF_CHILDREN = (
    "/api/v1/accounts/profile/",
    "/api/users/profile/",
    "/api/v1/users/profile/",
    "/api/users/settings/",
    "/api/v1/users/settings/",
    "/api/v1/accounts/settings/",
    "/api/quizzes/",
    "/api/v1/assessments/quizzes/",
    "/api/v1/assessments/quiz-attempts/",
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with running(tmp_path_factory.mktemp("rules"), url_fetch_allowed_hosts=HOOK) as built_stack:
        yield built_stack


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(stack: Stack) -> World:
    """One of everything, which these tests leave as it is."""
    made = await built(stack)
    return World(made.user, {**made.ids, "assets": "favicon.png"})


def documented(stack: Stack) -> list[Operation]:
    assert stack.services.api_document is not None
    return [each for each in operations(stack.services.api_document) if not each.is_alias]


def route_of(operation: Operation) -> Served:
    return next(each for each in served() if str(each) == str(operation))


async def client_for(stack: Stack, world: World, route: Served) -> httpx.AsyncClient:
    role = "admin" if "admin" in route.access.roles else "student"
    return await session_of(stack, world.user.id, role=role)  # type: ignore[arg-type]


async def test_an_unknown_parameter_is_422_with_those_that_are_known(stack: Stack, world: World) -> None:
    wrong = []
    known = {str(each): {str(one["name"]) for one in each.query} for each in documented(stack)}
    for route in served():
        http = await client_for(stack, world, route)
        answer = await http.request(route.method, route.at(world.ids), params={"page": "2"})
        flaw = flaw_of_refusal(answer)
        if (
            answer.status_code != 422
            or flaw
            or answer.json()["details_codes"] != {"page": ["unknown_parameter"]}
        ):
            wrong.append(f"{route}: {answer.status_code} {flaw or answer.text[:200]}")
            continue
        sentence = answer.json()["details"]["page"][0]
        wrong += [
            f"{route}: {name}: {sentence}"
            for name in known.get(str(route), ())
            if f"`{name}`" not in sentence
        ]
    assert not wrong, "\n".join(wrong)


async def test_parameters_of_caches_and_campaigns_are_ignored(stack: Stack, world: World) -> None:
    wrong = []
    for route in served():
        if route.method != "GET":
            continue
        http = await client_for(stack, world, route)
        plain = await http.get(route.at(world.ids))
        tagged = await http.get(route.at(world.ids), params={"_": "1", "utm_source": "mail", "_t": ""})
        if tagged.status_code != plain.status_code:
            wrong.append(f"{route}: {plain.status_code}, {tagged.status_code} {tagged.text[:200]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [("course_id", "course"), ("courses", "course"), ("pageSize", "page_size"), ("serach", "search")],
)
async def test_a_parameter_nearly_right_is_told_its_name(
    stack: Stack, world: World, sent: str, meant: str
) -> None:
    answer = await world.user.http.get("/api/v1/assessments/flashcards/", params={sent: "x"})
    assert f"did you mean `{meant}`?" in answer.json()["details"][sent][0]


async def test_numbers_as_ids_are_404(stack: Stack, world: World) -> None:
    """A number is read as its digits wherever a body names something by an id."""
    numbers = dict.fromkeys(world.ids, "4711")
    wrong = []
    for operation in documented(stack):
        if JSON not in operation.takes or operation.is_public:
            continue
        texts = {"questions"} if "flashcards" in operation.path else set()  # of a card, its text
        ids = {kind: number for kind, number in numbers.items() if kind not in texts}
        body = with_ids(operation.body(), ids)
        numbered = _read_digits(body)
        if numbered == body:
            continue
        http = await client_for(stack, world, route_of(operation))
        answer = await http.request(operation.method, route_of(operation).at(world.ids), json=numbered)
        other = await http.request(operation.method, route_of(operation).at(world.ids), json=body)
        same = (answer.status_code, answer.json().get("details")) == (
            other.status_code,
            other.json().get("details"),
        )
        if not same or (answer.status_code not in (404, 409, 422) and not rejects_all(answer)):
            wrong.append(f"{operation}: {answer.status_code} {answer.text[:300]}")
        if answer.status_code == 422 and "not_a_text" in answer.text:
            wrong.append(f"{operation}: {answer.text[:300]}")
    assert not wrong, "\n".join(wrong)


def _read_digits(value: object) -> object:
    if isinstance(value, dict):
        return {name: _read_digits(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_read_digits(item) for item in value]
    return 4711 if value == "4711" else value


async def test_head_answers_like_get_without_a_body(stack: Stack, world: World) -> None:
    wrong = []
    for route in served():
        if route.method != "GET":
            continue
        http = await client_for(stack, world, route)
        get, head = await http.get(route.at(world.ids)), await http.head(route.at(world.ids))
        alike = ("Content-Type", "Location", "Content-Language")
        if head.status_code != get.status_code or head.content:
            wrong.append(f"{route}: {get.status_code}, {head.status_code} {head.content[:100]!r}")
        wrong += [f"{route}: {name}" for name in alike if head.headers.get(name) != get.headers.get(name)]
    assert not wrong, "\n".join(wrong)


async def test_head_of_a_stream_ends_at_once(stack: Stack, world: World) -> None:
    queued = await world.user.http.post("/api/v1/accounts/export/")
    path = queued.headers["Location"]
    answer = await world.user.http.head(path, headers={"Accept": EVENTS})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Type"].startswith(EVENTS)
    await stack.drain()


async def test_a_method_that_a_path_lacks_is_405_with_those_that_it_has(stack: Stack, world: World) -> None:
    wrong = []
    paths: dict[str, set[str]] = {}
    for route in served():
        paths.setdefault(route.path, set()).add(route.method)
    for path, methods in paths.items():
        route = next(each for each in served() if each.path == path)
        answer = await stack.http.request("PROPFIND", route.at(world.ids))
        allowed = set(answer.headers.get("Allow", "").split(", "))
        flaw = flaw_of_refusal(answer)
        expected = methods | ({"HEAD"} if "GET" in methods else set())
        if answer.status_code != 405 or flaw or not expected <= allowed:
            wrong.append(f"{path}: {answer.status_code} {flaw} {allowed}")
            continue
        for method in allowed & set(METHODS):
            answer = await stack.http.request(method, route.at(world.ids))
            if answer.status_code == 405:
                wrong.append(f"{path}: {method} is told of, and refused")
    assert not wrong, "\n".join(wrong)


async def test_a_stream_that_cannot_begin_has_its_own_status(stack: Stack, world: World) -> None:
    wrong, tried = [], 0
    nothing = dict.fromkeys(world.ids, "4711")
    for operation in documented(stack):
        answers = [each for code, each in operation.detail["responses"].items() if code.startswith("2")]
        if not any(EVENTS in each.get("content", {}) for each in answers):
            continue
        tried += 1
        body = with_ids(operation.body(), nothing) if JSON in operation.takes else None
        path = route_of(operation).at(nothing)
        answer = await world.user.http.request(operation.method, path, json=body, headers={"Accept": EVENTS})
        flaw = flaw_of_refusal(answer)
        if answer.status_code != 404 or flaw:
            wrong.append(f"{operation}: {answer.status_code} {flaw or answer.text[:200]}")
    assert not wrong, "\n".join(wrong)
    assert tried >= 6


async def test_children_reach_their_own_routes_alone(stack: Stack, world: World) -> None:
    http = await session_of(stack, world.user.id, role="child")
    barred, reached = [], []
    for route in served():
        if route.access.public:
            continue
        is_own = route.path.startswith(OF_CHILDREN) and (route.access.children or route.access.roles)
        if is_own or "logout" in route.path:
            reached.append(str(route))
            continue
        answer = await http.request(route.method, route.at(world.ids))
        if answer.status_code != 403 or flaw_of_refusal(answer):
            barred.append(f"{route}: {answer.status_code}")
    assert not barred, "\n".join(barred)
    for path in ("/api/v1/accounts/profile/", "/api/users/settings/", "/api/v1/assessments/quizzes/"):
        assert (await http.get(path)).status_code == 200
    assert (await http.get(f"/api/quizzes/{world.ids['quizzes']}/")).status_code == 200
    assert "POST /api/quizzes/{quiz_id}/attempt/" in reached
