"""Nothing an attacker supplies reaches the inside, whether by address, DNS or redirect."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from shared.net import AddressRefused, FetchFailed, GuardedTransport, fetch, post
from tests.deadlines import DEADLINE_SECONDS
from tests.shared.net.hostile import HOSTILE
from tests.shared.net.loopback import Dialled, Loopback, Names, answer, redirect, serving

PUBLIC = "93.184.216.34"


@pytest.fixture
async def canary() -> AsyncIterator[Loopback]:
    """Listens on 127.0.0.1 and ::1 at the same port. It must never see a connection."""
    async with AsyncExitStack() as stack:
        both = await stack.enter_async_context(serving(answer(b"secret")))
        six = await stack.enter_async_context(serving(answer(b"secret"), host="::1", port=both.port))
        yield both
        await asyncio.sleep(0)
        assert both.connections == six.connections == 0


async def test_no_hostile_address_reaches_anything_inside(canary: Loopback) -> None:
    transport = GuardedTransport()
    for template in HOSTILE:
        url = template.replace("{port}", str(canary.port))
        with pytest.raises(AddressRefused):
            await fetch(url, transport=transport, max_bytes=1000, timeout=DEADLINE_SECONDS)
        with pytest.raises(AddressRefused):
            await post(url, transport=transport, content=b"{}", headers={}, timeout=DEADLINE_SECONDS)


async def test_the_transport_alone_dials_nothing_for_a_hostile_address(canary: Loopback) -> None:
    names, network = Names(["127.0.0.1"]), Dialled()
    async with httpx.AsyncClient(
        transport=GuardedTransport(resolve=names, network=network), follow_redirects=True
    ) as client:
        for template in HOSTILE:
            with pytest.raises((AddressRefused, httpx.InvalidURL, httpx.TransportError, ValueError)):
                await client.get(template.replace("{port}", str(canary.port)))
    assert network.addresses == []


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        [PUBLIC, "127.0.0.1"],
        [PUBLIC, "10.1.2.3"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["169.254.169.254"],
        ["fe80::1%eth0"],
        [PUBLIC, "not an address"],
    ],
)
async def test_a_name_with_any_inside_address_is_refused(answers: list[str], canary: Loopback) -> None:
    network = Dialled(reroute=canary.port)
    transport = GuardedTransport(resolve=Names(answers), network=network)
    with pytest.raises(AddressRefused):
        await fetch("http://rebind.example.com/", transport=transport, max_bytes=10, timeout=DEADLINE_SECONDS)
    assert network.addresses == []


async def test_rebinding_cannot_win_because_a_name_is_resolved_once_and_that_answer_is_dialled() -> None:
    async with serving(answer(b"public")) as server:
        names, network = Names([PUBLIC], ["127.0.0.1"]), Dialled(reroute=server.port)
        transport = GuardedTransport(resolve=names, network=network)
        fetched = await fetch(
            "http://rebind.example.com/", transport=transport, max_bytes=10, timeout=DEADLINE_SECONDS
        )
        assert fetched.content == b"public"
        assert names.asked == ["rebind.example.com"]
        assert network.addresses == [(PUBLIC, 80)]
        assert b"Host: rebind.example.com\r\n" in server.requests[0]


async def test_a_name_that_turns_inside_is_refused_at_its_next_connection() -> None:
    async with serving(answer(b"public")) as server:
        names, network = Names([PUBLIC], ["127.0.0.1"]), Dialled(reroute=server.port)
        transport = GuardedTransport(resolve=names, network=network)
        url = "http://rebind.example.com/"
        await post(url, transport=transport, content=b"1", headers={}, timeout=DEADLINE_SECONDS)
        with pytest.raises(AddressRefused):
            await post(url, transport=transport, content=b"2", headers={}, timeout=DEADLINE_SECONDS)
        assert len(network.addresses) == 1


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{port}/",
        "//127.0.0.1:{port}/",
        "http://[::1]:{port}/",
        "http://localhost:{port}/",
        "http://2130706433:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/",
        "http://user@example.com/",
    ],
)
async def test_a_redirect_to_the_inside_is_not_followed(location: str, status: str, canary: Loopback) -> None:
    target = location.replace("{port}", str(canary.port))
    async with serving(redirect(target, status)) as server:
        transport = GuardedTransport(allowed_hosts=frozenset({server.name}))
        with pytest.raises(AddressRefused):
            await fetch(server.url(), transport=transport, max_bytes=10, timeout=DEADLINE_SECONDS)
        assert server.connections == 1


async def test_a_redirect_to_a_name_that_leads_inside_is_not_followed(canary: Loopback) -> None:
    async with serving(redirect(f"http://rebind.example.com:{canary.port}/")) as server:
        transport = GuardedTransport(
            allowed_hosts=frozenset({server.name}), resolve=Names(["127.0.0.1"], ["127.0.0.1"])
        )
        with pytest.raises(AddressRefused):
            await fetch(server.url(), transport=transport, max_bytes=10, timeout=DEADLINE_SECONDS)


async def test_proxies_of_the_environment_are_not_used(
    canary: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(variable, f"http://127.0.0.1:{canary.port}")
    network = Dialled()
    transport = GuardedTransport(resolve=Names([PUBLIC]), network=network)
    with pytest.raises(FetchFailed):
        await fetch("http://files.example.com/", transport=transport, max_bytes=10, timeout=DEADLINE_SECONDS)
    assert network.addresses == [(PUBLIC, 80)]


async def test_a_webhook_does_not_follow_redirects(canary: Loopback) -> None:
    async with serving(redirect(canary.url())) as server:
        transport = GuardedTransport(allowed_hosts=frozenset({server.name}))
        posted = await post(
            server.url(), transport=transport, content=b"{}", headers={}, timeout=DEADLINE_SECONDS
        )
        assert posted.status == 302
