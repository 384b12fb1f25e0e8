"""Routes that try the frame."""

import asyncio
from typing import Annotated

from fastapi import File, Response, UploadFile
from fastapi.responses import PlainTextResponse, StreamingResponse

from shared.errors import Conflict, ServiceUnavailable
from shared.store import Collection, Cost, Document
from shared.store import Transaction as Tx
from shared.web.access import ADMIN, PUBLIC, USER
from shared.web.depends import Caller, Provided
from shared.web.pages import Page, RequestedPage, get_page
from shared.web.router import Router
from shared.web.schemas import Body, InputInstant, Instant, Name, View


class Item(Document):
    name: str
    price: int


class Option(Body):
    text: Name


class NewItem(Body):
    read_only = frozenset({"id"})

    name: Name
    price: int = 1
    at: InputInstant | None = None
    options: tuple[Option, ...] = ()


class ItemView(View):
    id: str
    name: str
    at: Instant | None = None


ITEMS = Collection("users/{user}/items", Item)
router = Router(tag="shop")
FREE = Cost(reads=1)


@router.serve("GET", "/shop/", access=PUBLIC, cost=Cost())
async def opening() -> dict[str, str]:
    """Open to all."""
    return {"open": "yes"}


@router.serve("GET", "/shop/items/", aliases=["/mall/items/"], access=USER, cost=Cost(2, 0, 0, 1))
async def listed(services: Provided, caller: Caller, asked: RequestedPage) -> Page[ItemView]:
    """A list."""
    query = ITEMS.query(user=caller.user_id).order_by("price")
    return await get_page(services.store, query, asked, lambda item: ItemView(id=item.id, name=item.name))


@router.serve("POST", "/shop/items/", access=USER, cost=Cost(1, 1), status=201)
async def added(services: Provided, caller: Caller, body: NewItem) -> ItemView:
    """A new item, slowly enough for a second request to come in between."""
    await asyncio.sleep(0.02)
    item = Item(id=services.ids.new(), name=body.name, price=body.price)

    async def work(tx: Tx) -> None:
        tx.create(ITEMS.doc(item.id, user=caller.user_id), item)

    await services.store.transact(work)
    return ItemView(id=item.id, name=item.name, at=body.at)


@router.serve("POST", "/shop/fail/{how}/", access=PUBLIC, cost=Cost())
async def failing(how: str) -> None:
    """Fails as asked."""
    if how == "conflict":
        raise Conflict("Sold out", details={"item": ["Sold out"]})
    if how == "unavailable":
        raise ServiceUnavailable(retry_after=2.2)
    raise RuntimeError("the secret inside")


@router.serve("POST", "/shop/receipt/{status}/", access=PUBLIC, cost=Cost())
async def receipt(services: Provided, status: int, size: int = 40, stream: bool = False) -> Response:
    """A new text of the size asked for, in the status asked for."""
    text = services.ids.new().ljust(size, ".")
    if stream:
        return StreamingResponse(iter([text]), media_type="text/plain")
    return PlainTextResponse(text, status_code=status)


@router.serve("GET", "/shop/office/", access=ADMIN, cost=FREE)
async def office(caller: Caller) -> dict[str, str]:
    """For admins."""
    return {"role": caller.role}


@router.serve("POST", "/shop/photo/", access=PUBLIC, cost=Cost(), body_limit=lambda _: 3000)
async def photo(file: Annotated[UploadFile, File()]) -> dict[str, int]:
    """A file, over the usual limit of this test's settings."""
    return {"size": len(await file.read())}
