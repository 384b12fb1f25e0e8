"""Lists, page by page, there and back."""

import base64
import functools
import json
import operator
from typing import Any

import httpx
import pytest

from tests.shared.web.conftest import Shop
from tests.shared.web.shop import ITEMS, Item


async def fill(shop: Shop, number: int) -> httpx.AsyncClient:
    user = await shop.sign_in()
    for n in range(number):
        item = Item(id=f"i{n:03}", name=f"item {n}", price=n // 3)
        await shop.services.store.put(ITEMS.doc(item.id, user="u1"), item)
    return user


async def walk(user: httpx.AsyncClient, url: str, link: str) -> list[list[str]]:
    pages = []
    following: str | None = url
    while following:
        body = (await user.get(following)).json()
        pages.append([item["id"] for item in body["results"]])
        following = body[link]
    return pages


async def test_next_and_previous_walk_the_same_pages(shop: Shop) -> None:
    user = await fill(shop, 10)
    forward = await walk(user, "/shop/items/?page_size=4", "next")
    assert [len(page) for page in forward] == [4, 4, 2]
    assert functools.reduce(operator.iadd, forward, []) == [f"i{n:03}" for n in range(10)]
    last = (await user.get((await user.get("/shop/items/?page_size=4")).json()["next"])).json()["next"]
    assert await walk(user, last, "previous") == forward[::-1]


async def test_the_first_page_has_no_previous_and_a_whole_list_no_next(shop: Shop) -> None:
    user = await fill(shop, 3)
    body = (await user.get("/shop/items/?page_size=3")).json()
    assert (body["count"], body["next"], body["previous"], len(body["results"])) == (3, None, None, 3)


async def test_an_alias_links_to_itself_and_keeps_the_query(shop: Shop) -> None:
    user = await fill(shop, 3)
    body = (await user.get("/mall/items?page_size=2")).json()
    assert "/mall/items/?page_size=2&cursor=" in body["next"]


async def test_an_empty_list(shop: Shop) -> None:
    user = await fill(shop, 0)
    assert (await user.get("/shop/items/")).json() == {
        "count": 0,
        "next": None,
        "previous": None,
        "results": [],
    }


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    ["x", "%00", "AAAA", encoded("[]"), encoded('["n",[],"id"]'), encoded('["n",[{}],"id"]'),
     encoded('["q",[1],"i"]'), encoded('["n",[1],2]'), encoded("[" * 500),
     encoded('["n",[[1]],"id"]'), "x" * 2001,
     encoded('["n",[1],"id",null]'), encoded('["n",[1],"id","\\ud800"]'),
     encoded('["n",[NaN],"id","a"]'), encoded("1" * 1400)],
)  # fmt: skip
async def test_a_cursor_that_we_did_not_write_is_422(shop: Shop, cursor: str) -> None:
    user = await fill(shop, 1)
    answer = await user.get("/shop/items/", params={"cursor": cursor})
    assert answer.status_code == 422
    assert list(answer.json()["details"]) == ["cursor"]


TAMPERED: list[Any] = [
    ["p", None, None],
    [None, [1], None],
    [None, [10**30], None],
    [None, ["x"], None],
    [None, [{"t": "2026-03-02T12:00:00"}], None],
    [None, [1e308], None],
    [None, [], None],
    [None, [1, 1], None],
    [None, None, ""],
    [None, None, "a/b"],
    [None, None, "__x__"],
    [None, None, "x" * 1000],
    [None, None, "\\ud800"],
]


@pytest.mark.parametrize("change", TAMPERED, ids=lambda change: str(change)[:40])
async def test_a_tampered_cursor_is_422(shop: Shop, change: list[Any]) -> None:
    user = await fill(shop, 6)
    cursor = (await user.get("/shop/items/?page_size=2")).json()["next"].partition("cursor=")[2]
    original = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    tampered = [new if new is not None else old for old, new in zip(original, [*change, None], strict=True)]
    assert tampered != original
    answer = await user.get("/shop/items/", params={"cursor": encoded(json.dumps(tampered))})
    assert (answer.status_code, list(answer.json()["details"])) == (422, ["cursor"])


async def test_the_cursor_of_another_users_list_is_422(shop: Shop) -> None:
    user = await fill(shop, 6)
    following = (await user.get("/shop/items/?page_size=2")).json()["next"]
    assert (await user.get(following)).status_code == 200
    assert (await (await shop.sign_in("u2")).get(following)).status_code == 422


@pytest.mark.parametrize("size", ["0", "101", "-1", "x", ""])
async def test_a_page_size_out_of_bounds_is_422(shop: Shop, size: str) -> None:
    user = await fill(shop, 1)
    assert (await user.get(f"/shop/items/?page_size={size}")).status_code == 422
