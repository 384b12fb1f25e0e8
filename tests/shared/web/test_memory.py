"""Bodies take no more memory than an instance has."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import yaml

import infra
from infra.groups import entries
from shared.services import Services
from shared.settings import Settings
from shared.web import memory
from shared.web.memory import MAX_BYTES_IN_FLIGHT, BodyMemory
from shared.web.router import Route
from tests.shared.web.conftest import Shop
from tests.shared.web.test_frame import assert_error

BASE_BYTES = 256 * 1024 * 1024  # of a process at work, without bodies: a generous measure
FORM = {"Content-Type": "multipart/form-data; boundary=b"}
START = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
END = b"\r\n--b--\r\n"


async def test_bodies_beyond_the_memory_are_503_until_others_are_done(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "MAX_BYTES_IN_FLIGHT", 4000)
    arrived, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield START + b"x" * 2000
        arrived.set()
        await may_end.wait()
        yield END

    first = asyncio.create_task(shop.http.post("/shop/photo/", content=slow(), headers=FORM))
    await arrived.wait()
    whole = START + b"x" * 2000 + END
    refused = await shop.http.post("/shop/photo/", content=whole, headers=FORM)
    assert_error(refused, 503, "SERVICE_UNAVAILABLE")
    assert refused.headers["Retry-After"] == "5"
    assert (await shop.http.get("/shop/")).status_code == 200
    may_end.set()
    assert (await first).json() == {"size": 2000}
    for _ in range(3):
        answer: httpx.Response = await shop.http.post("/shop/photo/", content=whole, headers=FORM)
        assert answer.status_code == 200


async def test_slow_uploads_of_one_caller_leave_room_for_the_others(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "MAX_BYTES_IN_FLIGHT", 8000)
    monkeypatch.setattr(memory, "MAX_BYTES_OF_ONE", 3000)
    arrived, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield START + b"x" * 2000
        arrived.set()
        await may_end.wait()
        yield END

    one, other = await shop.sign_in("u1"), await shop.sign_in("u2")
    whole = START + b"x" * 2000 + END
    first = asyncio.create_task(one.post("/shop/photo/", content=slow(), headers=FORM))
    await arrived.wait()
    for _ in range(5):
        refused = await one.post("/shop/photo/", content=whole, headers=FORM)
        assert_error(refused, 503, "SERVICE_UNAVAILABLE")
        assert "your uploads" in refused.json()["error"]
    assert (await other.post("/shop/photo/", content=whole, headers=FORM)).status_code == 200
    anonymous = await shop.http.post("/shop/photo/", content=whole, headers=FORM)
    assert anonymous.status_code == 200, "an address has a share of its own"
    may_end.set()
    assert (await first).json() == {"size": 2000}
    assert (await one.post("/shop/photo/", content=whole, headers=FORM)).status_code == 200


def test_memory_is_counted_for_those_alone_who_take_some() -> None:
    counted = BodyMemory()
    counted.take(0, "a")
    counted.take(5, "b")
    counted.release(5, "b")
    assert (counted.taken, dict(counted.by_caller)) == (0, {})


async def test_a_refused_body_gives_its_memory_back(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MAX_BYTES_IN_FLIGHT", 4000)
    for _ in range(5):
        answer = await shop.http.post("/shop/photo/", content=START + b"x" * 3500 + END, headers=FORM)
        assert answer.status_code == 413
    assert (await shop.http.post("/shop/photo/", content=START + b"x" + END, headers=FORM)).status_code == 200


def test_every_group_that_takes_uploads_has_memory_for_what_may_be_in_flight() -> None:
    services, units = Services(Settings()), {"Mi": 1024**2, "Gi": 1024**3}
    table = yaml.safe_load((Path(infra.__file__).parent / "functions.yaml").read_text("utf-8"))["groups"]
    with_uploads = []
    for entry in entries():
        app = entry.load().create_app(services)
        limits = [
            route.body_limit(services.settings)
            for route in app.routes
            if isinstance(route, Route) and route.body_limit is not None
        ]
        if max(limits, default=0) > 2 * services.settings.request_body_limit_bytes:
            text = str(table[entry.name]["memory"])
            memory_bytes = int(text[:-2]) * units[text[-2:]]
            assert memory_bytes >= BASE_BYTES + MAX_BYTES_IN_FLIGHT, entry.name
            with_uploads.append(entry.name)
    assert {"courses", "assessments"} <= set(with_uploads)
