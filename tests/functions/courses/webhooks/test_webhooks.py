"""Webhooks: registered, changed, deleted."""

from typing import Any

import pytest

from tests.functions.courses.loopback import Server
from tests.functions.courses.studies import Studies, sign_in
from tests.functions.courses.webhooks.receivers import URL, fail_a_document, register


async def test_a_webhook_is_registered_listed_changed_and_deleted(online: Studies, server: Server) -> None:
    made = await register(online, server, events=["generation.failed", "generation.failed"])
    assert made["secret"].startswith("whsec_")
    assert (made["active"], made["events"]) == (True, ["generation.failed"])
    path = f"{URL}{made['id']}/"
    shown = {name: value for name, value in made.items() if name != "secret"}
    assert (await online.http.get(path)).json() == shown
    assert (await online.http.get(URL)).json()["results"] == [shown]
    changed = await online.http.patch(path, json={"events": ["goal.completed"], "active": False})
    assert (changed.json()["events"], changed.json()["active"]) == (["goal.completed"], False)
    assert (await online.http.delete(path)).status_code == 204
    assert (await online.http.get(path)).status_code == 404
    assert (await online.http.get(URL)).json()["count"] == 0


async def test_the_other_path_registers_too_and_a_given_secret_is_not_shown(
    online: Studies, server: Server
) -> None:
    body = {"url": server.url(), "events": ["quiz.completed"], "secret": "your_webhook_secret"}
    answer = await online.http.post(URL, json=body)
    assert answer.status_code == 201
    assert answer.json()["secret"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "http://127.0.0.1:1/"),
        ("url", "http://169.254.169.254/"),
        ("url", "https://user:pass@example.com/"),
        ("url", "gopher://example.com/"),
        ("events", []),
        ("events", ["document.deleted"]),
        ("secret", "short"),
        ("method", "PUT"),
    ],
)
async def test_a_bad_webhook_is_refused(online: Studies, server: Server, field: str, value: Any) -> None:
    body = {"url": server.url(), "events": ["quiz.completed"], field: value}
    refused = await online.http.post(URL, json=body)
    assert refused.status_code == 422
    assert [name.split(".")[0] for name in refused.json()["details"]] == [field]


async def test_a_change_is_checked_like_a_registration(online: Studies, server: Server) -> None:
    path = f"{URL}{(await register(online, server))['id']}/"
    bad: list[dict[str, Any]] = [{"url": "http://10.0.0.1/"}, {"url": None}, {"events": []}, {"active": None}]
    for body in bad:
        assert (await online.http.patch(path, json=body)).status_code == 422
    kept = await online.http.patch(path, json={"url": server.url("/other"), "secret": "another secret"})
    assert kept.status_code == 200


async def test_a_user_has_a_bounded_number_of_webhooks(online: Studies, server: Server) -> None:
    for _ in range(20):
        await register(online, server)
    refused = await online.http.post(URL, json={"url": server.url(), "events": ["quiz.completed"]})
    assert refused.status_code == 409


async def test_another_users_webhooks_hear_nothing_and_are_not_there(online: Studies, server: Server) -> None:
    made = await register(online, server)
    stranger = await sign_in(online.stack)
    for method, last in (
        ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "test/"), ("GET", "deliveries/"),
        ("GET", "deliveries/none/"), ("POST", "deliveries/none/redeliver/"),
    ):  # fmt: skip
        body: dict[str, Any] | None = {"active": True} if method == "PATCH" else None
        answer = await stranger.http.request(method, f"{URL}{made['id']}/{last}", json=body)
        assert answer.status_code == 404
    mine = await online.http.get(f"{URL}{made['id']}/deliveries/none/")
    assert mine.status_code == 404


async def test_deleting_a_webhook_removes_its_deliveries(online: Studies, server: Server) -> None:
    made = await register(online, server)
    server.status = 500
    await fail_a_document(online)
    await online.http.delete(f"{URL}{made['id']}/")
    await online.stack.advance(hours=1)
    assert len(server.received) == 1
    below = online.stack.services.store.stream_subtree(f"users/{online.user.id}/webhooks")
    assert [path async for path, _ in below] == []
