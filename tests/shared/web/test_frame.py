"""Errors, ids, limits and access: the same for every route."""

import base64
import json
import re
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest

from shared.identity import SESSIONS, AccessClaims, issue_access
from tests.shared.web.conftest import SECRET, Shop


def assert_error(answer: httpx.Response, status: int, code: str) -> dict[str, list[str]]:
    body = answer.json()
    assert (answer.status_code, body["error_code"]) == (status, code), answer.text
    assert set(body) == {"error", "details", "details_codes", "error_code", "timestamp", "request_id"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", body["timestamp"])
    assert body["request_id"] == answer.headers["X-Request-ID"]
    details: dict[str, list[str]] = body["details"]
    return details


async def test_every_path_answers_with_and_without_its_slash(shop: Shop) -> None:
    assert (await shop.http.get("/shop")).json() == (await shop.http.get("/shop/")).json()


async def test_unknown_paths_and_methods_have_the_error_shape(shop: Shop) -> None:
    assert_error(await shop.http.get("/nowhere"), 404, "RESOURCE_NOT_FOUND")
    assert_error(await shop.http.delete("/shop/"), 405, "METHOD_NOT_ALLOWED")


async def test_a_known_failure_shows_its_details_and_when_to_come_back(shop: Shop) -> None:
    details = assert_error(await shop.http.post("/shop/fail/conflict/"), 409, "CONFLICT")
    assert details == {"item": ["Sold out"]}
    answer = await shop.http.post("/shop/fail/unavailable/")
    assert_error(answer, 503, "SERVICE_UNAVAILABLE")
    assert answer.headers["Retry-After"] == "3"


async def test_an_unknown_failure_shows_nothing_of_the_inside(shop: Shop) -> None:
    answer = await shop.http.post("/shop/fail/boom/")
    assert_error(answer, 500, "INTERNAL_ERROR")
    assert "secret" not in answer.text


async def test_a_sane_request_id_is_kept_and_any_other_replaced(shop: Shop) -> None:
    kept = await shop.http.get("/shop/", headers={"X-Request-ID": "req_abc-1.2"})
    assert kept.headers["X-Request-ID"] == "req_abc-1.2"
    replaced = await shop.http.get("/shop/", headers={"X-Request-ID": "bad id\t"})
    assert replaced.headers["X-Request-ID"].startswith("req_")


async def test_preflights_answer_and_errors_bear_cors_headers(shop: Shop) -> None:
    origin = {"Origin": "http://localhost:3000"}
    asked = {**origin, "Access-Control-Request-Method": "POST"}
    assert (await shop.http.options("/shop/items/", headers=asked)).status_code == 200
    answer = await shop.http.get("/nowhere", headers=origin)
    assert answer.headers["Access-Control-Allow-Origin"] == origin["Origin"]
    stranger = await shop.http.get("/shop/", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in stranger.headers


@pytest.mark.parametrize(
    "header", [None, "Bearer", "Bearer ", "Basic abc", "Bearer not.a.jwt", "Bearer \xff", "Token x"]
)
async def test_no_token_of_ours_is_401_before_the_body_is_looked_at(shop: Shop, header: str | None) -> None:
    headers = {"Authorization": header.encode("latin-1")} if header else {}
    answer = await shop.http.post("/shop/items/", headers=headers, content=b"{not json")  # type: ignore[arg-type]
    assert_error(answer, 401, "AUTHENTICATION_FAILED")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_tokens_that_are_forged_expired_or_of_ended_sessions_are_refused(shop: Shop) -> None:
    user = await shop.sign_in()
    assert (await user.get("/shop/items/")).status_code == 200
    forged = shop.client(Authorization=f"Bearer {shop.token(secret='x' * 40)}")
    assert_error(await forged.get("/shop/items/"), 401, "AUTHENTICATION_FAILED")
    nobody = shop.client(Authorization=f"Bearer {shop.token('nobody')}")
    assert_error(await nobody.get("/shop/items/"), 401, "SESSION_ENDED")
    shop.clock.advance(timedelta(minutes=30))
    assert_error(await user.get("/shop/items/"), 401, "TOKEN_EXPIRED")


@pytest.mark.parametrize(
    "fields", [{"status": "suspended"}, {"scope": "erasure"}, {"expires_at": "2026-03-01T00:00Z"}]
)
async def test_a_suspended_erasing_or_expired_session_is_refused(shop: Shop, fields: dict[str, Any]) -> None:
    user = await shop.sign_in(**fields)
    assert_error(await user.get("/shop/items/"), 401, "SESSION_ENDED")


async def test_a_role_that_is_not_allowed_is_403(shop: Shop) -> None:
    assert_error(await (await shop.sign_in()).get("/shop/office/"), 403, "PERMISSION_DENIED")
    admin = await shop.sign_in("boss", role="admin")
    assert (await admin.get("/shop/office/")).json() == {"role": "admin"}


async def test_every_bad_field_is_named(shop: Shop) -> None:
    user = await shop.sign_in()
    body = {"price": "x", "options": [{"text": ""}, {"nope": 1}], "colour": "red", "at": "soon"}
    details = assert_error(await user.post("/shop/items/", json=body), 422, "VALIDATION_ERROR")
    assert set(details) == {
        "name",
        "price",
        "options.0.text",
        "options.1.text",
        "options.1.nope",
        "colour",
        "at",
    }


async def test_errors_speak_of_json_and_not_of_python(shop: Shop) -> None:
    user = await shop.sign_in()
    no_list = assert_error(
        await user.post("/shop/items/", json={"name": "tea", "options": "x"}), 422, "VALIDATION_ERROR"
    )
    assert no_list == {"options": ["Send a list"]}
    no_object = assert_error(
        await user.post("/shop/items/", json={"name": "tea", "options": ["x"]}), 422, "VALIDATION_ERROR"
    )
    assert no_object == {"options.0": ["Send an object with named fields"]}


async def test_read_only_fields_sent_back_are_ignored(shop: Shop) -> None:
    user = await shop.sign_in()
    answer = await user.post(
        "/shop/items/", json={"id": "mine", "name": "tea", "at": "2026-01-01T10:00:00+02:00"}
    )
    assert answer.status_code == 201
    assert answer.json()["id"] != "mine"
    assert answer.json()["at"] == "2026-01-01T08:00:00.000Z"


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"name": NaN}', 400),
        (b"[" * 100_000, 400),
        (b'{"name": ' + b"[" * 50 + b"]" * 50 + b"}", 400),
        (b'{"name": "a\\u0000b"}', 422),
        (b'{"name": "\\ud800"}', 422),
        (b'{"name": "x", "price": 99999999999999999999}', 422),
        (b'{"name": "x", "price": ' + b"9" * 5000 + b"}", 400),
        (b"null", 422),
        (b"[]", 422),
        (b'""', 422),
        (b"", 422),
    ],
)
async def test_impossible_bodies_are_refused(shop: Shop, content: bytes, status: int) -> None:
    user = await shop.sign_in()
    answer = await user.post("/shop/items/", content=content, headers={"Content-Type": "application/json"})
    assert_error(answer, status, "VALIDATION_ERROR")


async def test_another_content_type_than_asked_for_is_400(shop: Shop) -> None:
    user = await shop.sign_in()
    answer = await user.post("/shop/items/", content=b"name=x", headers={"Content-Type": "text/plain"})
    assert_error(answer, 400, "VALIDATION_ERROR")
    assert_error(await shop.http.post("/shop/photo/", json={}), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize("shop", [{"request_body_limit_bytes": 1024}], indirect=True)
async def test_a_body_over_its_routes_limit_is_413(shop: Shop) -> None:
    user = await shop.sign_in()
    answer = await user.post("/shop/items/", json={"name": "x" * 2000})
    assert_error(answer, 413, "PAYLOAD_TOO_LARGE")
    assert (await shop.http.post("/shop/photo/", files={"file": b"x" * 2000})).json() == {"size": 2000}
    assert_error(await shop.http.post("/shop/photo/", files={"file": b"x" * 4000}), 413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    "shop", [{"rate_limit_anonymous_per_minute": 2, "rate_limit_user_per_minute": 3}], indirect=True
)
async def test_rates_are_counted_by_address_and_by_user(shop: Shop) -> None:
    answers = [await shop.http.get("/shop/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert_error(answers[2], 429, "RATE_LIMIT_EXCEEDED")
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    user = await shop.sign_in()
    statuses = [(await user.get("/shop/")).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]


@pytest.mark.parametrize(
    "shop", [{"rate_limit_anonymous_per_minute": 1, "trusted_proxies": 1}], indirect=True
)
async def test_behind_a_proxy_the_last_forwarded_address_counts(shop: Shop) -> None:
    def via(*addresses: str) -> dict[str, str]:
        return {"X-Forwarded-For": ", ".join(addresses)}

    assert (await shop.http.get("/shop/", headers=via("203.0.113.1"))).status_code == 200
    assert (await shop.http.get("/shop/", headers=via("1.1.1.1", "203.0.113.1"))).status_code == 429
    assert (await shop.http.get("/shop/", headers=via("2001:db8::1"))).status_code == 200
    assert (await shop.http.get("/shop/", headers=via("2001:db8::2"))).status_code == 429, (
        "one /64 is one user"
    )


BALANCER = "34.117.0.10"  # the load balancer's own address
CALLER = "203.0.113.1"


@pytest.mark.parametrize(
    "shop", [{"rate_limit_anonymous_per_minute": 1, "trusted_proxies": 2}], indirect=True
)
@pytest.mark.parametrize(
    "lines",
    [
        [f"{CALLER}, {BALANCER}"],
        [f"{CALLER},{BALANCER}"],
        [f"198.51.100.7, {CALLER}, {BALANCER}"],
        [f"198.51.100.7,not an address,, {CALLER}, {BALANCER}"],
        ["198.51.100.7, 198.51.100.8", f"{CALLER}, {BALANCER}"],
        [f"198.51.100.7, {BALANCER}, {CALLER}, {BALANCER}"],
    ],
)
async def test_behind_googles_load_balancer_the_address_before_its_own_counts(
    shop: Shop, lines: list[str]
) -> None:
    """It appends the caller's address and its own to whatever the caller has sent."""

    async def asked(*sent: str) -> int:
        answer = await shop.http.get("/shop/", headers=[("X-Forwarded-For", line) for line in sent])
        return answer.status_code

    assert await asked(f"{CALLER}, {BALANCER}") == 200
    assert await asked(*lines) == 429, "whatever stands in front, it is the same caller"
    assert await asked(f"{CALLER}, 203.0.113.2, {BALANCER}") == 200, "and another one is another"


async def test_the_session_is_touched_about_once_an_hour(shop: Shop) -> None:
    user = await shop.sign_in()
    headers = {"Authorization": f"Bearer {shop.token(minutes=600)}"}
    first = await user.get("/shop/items/", headers=headers)
    shop.clock.advance(timedelta(hours=2))
    later = await user.get("/shop/items/", headers=headers)
    assert first.headers["X-Store-Cost"] == later.headers["X-Store-Cost"]
    session = await shop.services.store.get(SESSIONS.doc("s-u1", user="u1"))
    assert session is not None
    assert session.last_used_at == shop.clock.now()


@pytest.mark.parametrize("shop", [{"rate_limit_user_per_minute": 5}], indirect=True)
async def test_the_token_of_an_ended_session_spends_nobodys_requests(shop: Shop) -> None:
    thief, ended = await shop.sign_in(), SESSIONS.doc("s-u1", user="u1")
    session = await shop.services.store.get(ended)
    assert session is not None
    await shop.services.store.delete(ended)
    await shop.services.store.put(
        SESSIONS.doc("s-new", user="u1"), session.model_copy(update={"id": "s-new"})
    )
    statuses = [(await thief.get("/shop/items/")).status_code for _ in range(8)]
    assert statuses == [401] * 5 + [429] * 3
    claims = AccessClaims("u1", "s-new")
    token = issue_access(claims, secret=SECRET, now=shop.clock.now(), lifetime=timedelta(minutes=5))
    owner = shop.client(Authorization=f"Bearer {token}")
    answer = await owner.get("/shop/items/")
    assert (answer.status_code, answer.headers["RateLimit-Remaining"]) == (200, "4")
    assert (await shop.http.get("/shop/")).status_code == 200  # nor those of the address


@pytest.mark.parametrize("shop", [{"rate_limit_user_per_minute": 3}], indirect=True)
async def test_paths_that_are_none_are_counted_too(shop: Shop) -> None:
    user = await shop.sign_in()
    statuses = [(await user.get(path)).status_code for path in ("/no/", "/shop/", "/shop/items", "/no/")]
    assert statuses == [404, 200, 200, 404]
    assert (await user.get("/shop/items/")).status_code == 429


ODD_CLAIMS: list[dict[str, Any]] = [
    {"exp": 10**400},
    {"exp": -(10**400)},
    {"exp": "never"},
    {"exp": [1]},
    {"exp": None},
    {"exp": {"a": 1}},
    {"exp": float("nan")},
    {"sub": 1},
    {"sub": ["u1"]},
    {"sub": ""},
    {"sub": "../u1"},
    {"sub": "u\x00"},
    {"sid": 1},
    {"sid": ["s-u1"]},
    {"sid": "a/b"},
    {"sid": "."},
    {"sid": "x" * 2000},
    {"sid": "\ud800"},
    {"typ": "refresh"},
    {"typ": ["access"]},
    {"nbf": [1]},
    {"nbf": "x"},
    {"nbf": 10**400},
    {"iat": {"a": 1}},
    {"aud": 1},
    {"iss": ["aksio"]},
]


@pytest.mark.parametrize("odd", ODD_CLAIMS, ids=lambda odd: str(odd)[:40])
async def test_an_odd_claim_is_401_even_with_our_signature(shop: Shop, odd: dict[str, Any]) -> None:
    await shop.sign_in()
    expires_at = int(shop.clock.now().timestamp()) + 300
    claims = {"iss": "aksio", "sub": "u1", "sid": "s-u1", "typ": "access", "exp": expires_at, **odd}
    token = jwt.PyJWS().encode(json.dumps(claims).encode(), SECRET)
    odd_caller = shop.client(Authorization=f"Bearer {token}")
    assert_error(await odd_caller.get("/shop/items/"), 401, "AUTHENTICATION_FAILED")


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.mark.parametrize("depth", [100, 1000, 10_000, 40_000])
@pytest.mark.parametrize("unit", [b"[", b'{"a":'])
@pytest.mark.parametrize("part", [0, 1, 2])
async def test_a_deeply_nested_token_is_401(shop: Shop, depth: int, unit: bytes, part: int) -> None:
    parts = [_encode(b'{"alg":"HS256","typ":"JWT"}'), _encode(b"{}"), "AAAA"]
    parts[part] = _encode(unit * depth)
    odd_caller = shop.client(Authorization=f"Bearer {'.'.join(parts)}")
    assert_error(await odd_caller.get("/shop/items/"), 401, "AUTHENTICATION_FAILED")


@pytest.mark.parametrize(
    "token", [b"\xff\xfe.\xff.\xff", "\u00e9.\u00e9.\u00e9".encode(), b"..", b"a" * 100_000]
)
async def test_a_token_that_is_no_text_is_401(shop: Shop, token: bytes) -> None:
    answer = await shop.http.get("/shop/items/", headers=[(b"Authorization", b"Bearer " + token)])
    assert_error(answer, 401, "AUTHENTICATION_FAILED")
