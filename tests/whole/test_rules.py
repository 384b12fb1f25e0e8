"""Rules that hold for every route: parameters, numbers as ids, HEAD, Allow, streams, children."""

import json
from collections.abc import AsyncIterator
from typing import Any

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


async def test_an_error_of_a_stream_that_has_begun_has_the_keys_of_an_error(stack: Stack) -> None:
    world = await built(stack, "streamer")
    order = {"course_id": world.ids["courses"], "topic": "the history of Byzantine tax law", "count": 2}
    path = "/api/v1/assessments/flashcards/generate/"
    answer = await world.user.http.post(path, json=order, headers={"Accept": EVENTS, "Accept-Language": "de"})
    assert answer.status_code == 200
    *_, last = [part for part in answer.text.replace("\r\n", "\n").split("\n\n") if "data:" in part]
    assert "event: error" in last, answer.text
    body = json.loads(last.split("data: ", 1)[1])
    assert set(body) == {"error", "details", "details_codes", "error_code", "timestamp", "request_id"}
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert answer.headers["Content-Language"] == "de"


async def test_the_field_that_a_question_does_not_use_is_ignored(stack: Stack) -> None:
    http = (await stack.sign_up()).http
    course = (await http.post("/api/v1/courses/", json={"name": "Botany"})).json()["id"]
    quizzes = "/api/v1/assessments/quizzes/"
    quiz = (await http.post(quizzes, json={"course": course, "title": "Leaves"})).json()["id"]
    options = [{"text": "green", "is_correct": True}, {"text": "red", "is_correct": False}]
    questions: list[dict[str, Any]] = [
        {"question_text": "Leaves are", "question_type": "multiple_choice", "options": options},
        {"question_text": "Pigment?", "question_type": "short_answer", "accepted_answers": ["chlorophyll"]},
    ]
    made = [(await http.post(f"{quizzes}{quiz}/questions/", json=each)).json() for each in questions]
    attempt = (await http.post(f"{quizzes}{quiz}/start_attempt/")).json()["attempt_id"]
    path = f"/api/v1/assessments/quiz-attempts/{attempt}/submit_response/"
    green = made[0]["options"][0]["id"]
    sent: list[dict[str, Any]] = [
        {"question": made[0]["id"], "selected_options": [green], "text_answer": "left over"},
        {"question": made[1]["id"], "selected_options": [green], "text_answer": "chlorophyll"},
        {"question": made[1]["id"], "selected_options": [], "text_answer": "chlorophyll"},
        {"question": made[0]["id"], "selected_options": [green], "text_answer": None},
    ]
    for body in sent:
        answer = await http.post(path, json=body)
        assert answer.status_code == 200, answer.text
    alone = await http.post(path, json={"question": made[0]["id"], "text_answer": "green"})
    assert alone.status_code == 422
    result = (await http.post(path.replace("submit_response", "complete"))).json()
    assert result["correct_answers"] == 2


async def test_expired_tokens_and_ended_sessions_have_codes_of_their_own(stack: Stack) -> None:
    user = await stack.sign_up()
    other = await stack.sign_up()
    assert (await other.http.post("/api/v1/accounts/logout/")).status_code == 204
    ended = await other.http.get("/api/v1/courses/")
    refused = await stack.http.post("/api/v1/accounts/token-refresh/", json={"refresh": other.refresh})
    foreign = await stack.http.post("/api/v1/accounts/token-refresh/", json={"refresh": "not ours"})
    await stack.advance(minutes=31)
    expired = await user.http.get("/api/v1/courses/")
    codes = [each.json()["error_code"] for each in (ended, refused, foreign, expired)]
    assert codes == ["SESSION_ENDED", "SESSION_ENDED", "AUTHENTICATION_FAILED", "TOKEN_EXPIRED"]


LOOPBACK = (
    "http://localhost:5174",
    "http://127.0.0.1:9",
    "https://localhost",
    "http://[::1]:3001",
    "http://app.localhost:1",
)
ELSEWHERE = (
    "https://example.com",
    "http://localhost.example.com",
    "http://127.0.0.1.example.com:80",
    "null",
    "http://10.0.0.1",
)


@pytest.mark.parametrize("origin", LOOPBACK)
async def test_a_page_of_any_loopback_port_may_call(stack: Stack, origin: str) -> None:
    wished = "authorization, traceparent, sentry-trace, baggage, last-event-id, if-none-match, cache-control"
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": f"{wished}, x-requested-with, accept-language, idempotency-key",
    }
    preflight = await stack.http.request("OPTIONS", "/api/v1/courses/", headers=headers)
    assert (preflight.status_code, preflight.headers["Access-Control-Allow-Origin"]) == (200, origin)
    assert "HEAD" in preflight.headers["Access-Control-Allow-Methods"]
    answer = await stack.http.get("/api/health/", headers={"Origin": origin})
    exposed = set(answer.headers["Access-Control-Expose-Headers"].split(", "))
    assert {"Location", "Retry-After", "X-Request-ID", "ETag", "Allow", "RateLimit-Remaining"} <= exposed


@pytest.mark.parametrize("origin", ELSEWHERE)
async def test_a_page_of_elsewhere_may_not(stack: Stack, origin: str) -> None:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    preflight = await stack.http.request("OPTIONS", "/api/v1/courses/", headers=headers)
    assert "Access-Control-Allow-Origin" not in preflight.headers
