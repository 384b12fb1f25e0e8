"""One key, one effect, one answer."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from shared.services import Services
from shared.store import Ref
from shared.web.app import create_app
from shared.web.body import StrictRequest
from shared.web.idempotency import KeyedRequest
from tests.shared.web.conftest import Shop
from tests.shared.web.shop import router

KEY = {"Idempotency-Key": "order-1"}


async def stored(shop: Shop, user: httpx.AsyncClient) -> int:
    count: int = (await user.get("/shop/items/")).json()["count"]
    return count


async def test_the_same_request_again_gives_the_first_answer(shop: Shop) -> None:
    user = await shop.sign_in()
    first = await user.post("/shop/items/", json={"name": "tea"}, headers=KEY)
    again = await user.post("/shop/items/", json={"name": "tea"}, headers=KEY)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Content-Type"] == first.headers["Content-Type"] == "application/json"
    assert await stored(shop, user) == 1


async def test_fifty_at_once_do_the_work_once(shop: Shop) -> None:
    user = await shop.sign_in()
    answers = await asyncio.gather(
        *(user.post("/shop/items/", json={"name": "tea"}, headers=KEY) for _ in range(50))
    )
    assert {(answer.status_code, answer.json()["id"]) for answer in answers} == {
        (201, answers[0].json()["id"])
    }
    assert await stored(shop, user) == 1


async def test_another_body_under_the_key_is_a_conflict(shop: Shop) -> None:
    user = await shop.sign_in()
    await user.post("/shop/items/", json={"name": "tea"}, headers=KEY)
    answer = await user.post("/shop/items/", json={"name": "coffee"}, headers=KEY)
    assert (answer.status_code, answer.json()["error_code"]) == (409, "CONFLICT")


async def test_keys_of_two_users_are_two_keys(shop: Shop) -> None:
    one, two = await shop.sign_in("u1"), await shop.sign_in("u2")
    first = await one.post("/shop/items/", json={"name": "tea"}, headers=KEY)
    second = await two.post("/shop/items/", json={"name": "tea"}, headers=KEY)
    assert first.json()["id"] != second.json()["id"]


async def test_a_refused_request_leaves_its_key_free(shop: Shop) -> None:
    user = await shop.sign_in()
    assert (await user.post("/shop/items/", json={}, headers=KEY)).status_code == 422
    assert (await user.post("/shop/items/", json={"name": "tea"}, headers=KEY)).status_code == 201


async def test_after_a_day_the_key_is_forgotten(shop: Shop) -> None:
    user = await shop.sign_in()
    await user.post("/shop/items/", json={"name": "tea"}, headers=KEY)
    shop.clock.advance(timedelta(hours=24, seconds=1))
    late = shop.client(Authorization=f"Bearer {shop.token()}", **KEY)
    assert (await late.post("/shop/items/", json={"name": "coffee"})).status_code == 201


async def test_a_crashed_request_is_taken_over_when_its_lease_runs_out(shop: Shop) -> None:
    user = await shop.sign_in()
    await user.post("/shop/items/", json={"name": "tea"}, headers=KEY)
    rows = [row async for row in shop.services.store.stream_subtree("users/u1/idempotency")]
    path, raw = rows[0]
    record = KeyedRequest.model_validate({**raw, "id": path.rsplit("/", 1)[1]})

    crashed = record.model_copy(update={"done": False, "body": None})
    await shop.services.store.put(Ref(path, KeyedRequest), crashed)
    shop.clock.advance(timedelta(minutes=2))
    assert (await user.post("/shop/items/", json={"name": "tea"}, headers=KEY)).status_code == 201
    assert await stored(shop, user) == 2


async def test_what_is_stored_cannot_be_read_without_the_key(shop: Shop) -> None:
    user = await shop.sign_in()
    answer = await user.post("/shop/items/", json={"name": "very secret tea"}, headers=KEY)
    rows = [raw async for _, raw in shop.services.store.stream_subtree("users/u1/idempotency")]
    text = json.dumps(rows, default=str)
    assert "secret tea" not in text
    assert "order-1" not in text
    assert answer.json()["id"] not in text


async def list_records(shop: Shop, path: str) -> dict[str, KeyedRequest]:
    """List the stored requests by their paths."""
    rows = [row async for row in shop.services.store.stream_subtree(path)]
    return {path: KeyedRequest.model_validate({**raw, "id": path.rsplit("/", 1)[1]}) for path, raw in rows}


async def test_what_is_stored_is_read_by_its_own_key_alone(shop: Shop) -> None:
    """Whoever knows the server's secret and another key learns nothing."""
    user = await shop.sign_in()
    await user.post("/shop/items/", json={"name": "secret tea"}, headers=KEY)
    secret_path = next(iter(await list_records(shop, "users/u1/idempotency")))
    await user.post("/shop/items/", json={"name": "coffee"}, headers={"Idempotency-Key": "order-2"})
    records = await list_records(shop, "users/u1/idempotency")
    own_path = next(path for path in records if path != secret_path)
    copied = records[own_path].model_copy(update={"body": records[secret_path].body})
    await shop.services.store.put(Ref(own_path, KeyedRequest), copied)
    again = await user.post("/shop/items/", json={"name": "coffee"}, headers={"Idempotency-Key": "order-2"})
    assert (again.status_code, again.json()["error_code"]) == (409, "CONFLICT")
    assert "tea" not in again.text


async def test_what_is_stored_is_read_with_the_servers_secret_alone(shop: Shop) -> None:
    """A key may be guessed: it does not suffice. With a new secret the work is not done again either."""
    first = await shop.http.post("/shop/receipt/200/", headers=KEY)
    changed = shop.services.settings.model_copy(update={"jwt_secret": SecretStr("another secret " * 3)})
    other = Services(changed, clock=shop.clock)
    transport = httpx.ASGITransport(create_app(other, group="shop", routers=[router]))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as http:
        again = await http.post("/shop/receipt/200/", headers=KEY)
    await other.aclose()
    assert (again.status_code, again.json()["error_code"]) == (409, "CONFLICT")
    assert first.text.strip(".") not in again.text


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/shop/receipt/200/?size=50", "/shop/receipt/200/?size=60"),
        ("/shop/receipt/200/", "/shop/receipt/200/?size=40"),
        ("/shop/receipt/200/", "/shop/receipt/201/"),
    ],
)
async def test_another_path_or_query_under_the_key_is_a_conflict(shop: Shop, first: str, second: str) -> None:
    assert (await shop.http.post(first, headers=KEY)).is_success
    assert (await shop.http.post(second, headers=KEY)).status_code == 409


async def test_an_answer_that_is_too_large_to_store_is_told_and_the_work_not_repeated(shop: Shop) -> None:
    largest, larger = "/shop/receipt/200/?size=600000", "/shop/receipt/200/?size=600001"
    first = await shop.http.post(largest, headers=KEY)
    assert (await shop.http.post(largest, headers=KEY)).text == first.text
    (record,) = (await list_records(shop, "idempotency")).values()
    assert len(record.model_dump_json()) < 1024 * 1024  # of a document
    other = {"Idempotency-Key": "order-2"}
    assert (await shop.http.post(larger, headers=other)).status_code == 200
    refused = await shop.http.post(larger, headers=other)
    assert (refused.status_code, refused.json()["error_code"]) == (409, "CONFLICT")
    assert "too large" in refused.json()["error"]


@pytest.mark.parametrize("status", [400, 404, 409, 500, 503])
async def test_an_error_that_is_answered_leaves_its_key_free(shop: Shop, status: int) -> None:
    path = f"/shop/receipt/{status}/"
    first, again = await shop.http.post(path, headers=KEY), await shop.http.post(path, headers=KEY)
    assert first.status_code == again.status_code == status
    assert first.text != again.text
    assert "Idempotent-Replayed" not in again.headers


async def test_a_stream_leaves_its_key_free(shop: Shop) -> None:
    path = "/shop/receipt/200/?stream=true"
    first, again = await shop.http.post(path, headers=KEY), await shop.http.post(path, headers=KEY)
    assert first.status_code == again.status_code == 200
    assert first.text != again.text


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "\xe9"])
async def test_a_key_that_is_none_is_refused(shop: Shop, key: str) -> None:
    user = await shop.sign_in()
    headers = {"Idempotency-Key": key.encode("latin-1")}
    answer = await user.post("/shop/items/", json={"name": "tea"}, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 400


def build_form(
    boundary: str, content: bytes = b"tea", name: str = "a.txt", kind: str = "text/plain"
) -> bytes:
    lines = [
        f"--{boundary}",
        f'Content-Disposition: form-data; name="file"; filename="{name}"',
        f"Content-Type: {kind}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + content + f"\r\n--{boundary}--\r\n".encode()


async def send_form(shop: Shop, boundary: str, **part: Any) -> httpx.Response:
    headers = {**KEY, "Content-Type": f"multipart/form-data; boundary={boundary}"}
    return await shop.http.post("/shop/photo/", content=build_form(boundary, **part), headers=headers)


async def test_a_form_again_with_another_boundary_gives_the_first_answer(shop: Shop) -> None:
    first, again = await send_form(shop, "one"), await send_form(shop, "another")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("change", [{"content": b"milk"}, {"name": "b.txt"}, {"kind": "text/markdown"}])
async def test_another_form_under_the_key_is_a_conflict(shop: Shop, change: dict[str, Any]) -> None:
    assert (await send_form(shop, "one")).status_code == 200
    assert (await send_form(shop, "one", **change)).status_code == 409


async def test_the_bytes_of_a_form_are_not_gathered(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StrictRequest, "body", lambda _: pytest.fail("the body was read whole"))
    assert (await send_form(shop, "one", content=b"x" * 2000)).json() == {"size": 2000}
    assert (await send_form(shop, "two", content=b"x" * 2000)).json() == {"size": 2000}


async def test_a_form_that_is_none_or_too_large_leaves_its_key_free(shop: Shop) -> None:
    headers = {**KEY, "Content-Type": "multipart/form-data; boundary=b"}
    answer = await shop.http.post("/shop/photo/", content=b"--c\r\n", headers=headers)
    assert answer.status_code in (400, 422)
    assert (await send_form(shop, "one", content=b"x" * 4000)).status_code == 413
    assert (await send_form(shop, "one")).status_code == 200
