"""One key, one effect, one answer."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from shared.store import Ref
from shared.web.body import StrictRequest
from shared.web.idempotency import KeyedRequest
from tests.shared.web.conftest import Shop

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
