"""Receivers that are gone, that ask for a pause, and secrets that are replaced."""

from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from shared.published.accounts import CURRENT, PREFERENCES, Preferences
from tests.functions.courses.loopback import Received, Server
from tests.functions.courses.studies import Studies
from tests.functions.courses.webhooks.receivers import URL, fail_a_document, list_deliveries, register


async def get_webhook(studies: Studies, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await studies.http.get(f"{URL}{made['id']}/")).json()
    return found


async def give_address(studies: Studies) -> None:
    preferences = Preferences(id=CURRENT, email="lina@example.com", first_name="Lina")
    await studies.stack.services.store.put(PREFERENCES.doc(CURRENT, user=studies.user.id), preferences)


async def send_test(studies: Studies, made: dict[str, Any]) -> None:
    assert (await studies.http.post(f"{URL}{made['id']}/test/")).status_code == 202
    await studies.stack.drain()


async def fail_another_document(studies: Studies) -> None:
    """Fail the same file in another course, as a document of its own."""
    course = (await studies.http.post("/api/v1/courses/", json={"name": "Loops"})).json()["id"]
    path = f"/api/v1/courses/{course}/documents/upload/"
    assert (await studies.http.post(path, files={"file": ("loops.txt", b"")})).status_code == 201
    await studies.stack.drain()


def read_mails(studies: Studies) -> list[str]:
    folder = studies.stack.services.settings.data_dir / "mail"
    return [path.read_text("utf-8") for path in sorted(folder.glob("*.eml"))]


async def test_a_receiver_that_is_gone_is_called_once_and_its_owner_told(
    online: Studies, server: Server
) -> None:
    await give_address(online)
    made = await register(online, server, url=server.url("/hook?token=secret"))
    server.status = 410
    await fail_a_document(online)
    await online.stack.advance(hours=25)
    assert len(server.received) == 1
    found = await get_webhook(online, made)
    assert found["active"] is False
    assert "410" in found["switched_off_because"]
    (delivery,) = await list_deliveries(online, made["id"])
    assert (delivery["status"], delivery["next_attempt_at"]) == ("failed", None)
    (mail,) = read_mails(online)
    assert "To: lina@example.com" in mail
    assert f"{server.name}/hook\n" in mail
    assert "token=secret" not in mail

    server.status = 200
    path = f"{URL}{made['id']}/"
    assert (await online.http.post(f"{path}test/")).status_code == 409
    again = (await online.http.patch(path, json={"active": True})).json()
    assert (again["active"], again["switched_off_because"]) == (True, None)
    await online.http.post(f"{path}deliveries/{delivery['id']}/redeliver/")
    await online.stack.drain()
    assert len(server.received) == 2
    assert len(read_mails(online)) == 1


async def test_days_of_failures_are_told_by_mail_each_time(online: Studies, server: Server) -> None:
    await give_address(online)
    made = await register(online, server)
    server.status = 500
    for mails in (1, 2):
        for _ in range(6):
            await online.http.post(f"{URL}{made['id']}/test/")
            await online.stack.advance(days=1)
        assert (await get_webhook(online, made))["active"] is False
        assert len(read_mails(online)) == mails
        await online.http.patch(f"{URL}{made['id']}/", json={"active": True})


async def test_a_webhook_of_an_owner_without_address_is_switched_off_as_well(
    online: Studies, server: Server
) -> None:
    made = await register(online, server)
    server.status = 410
    await fail_a_document(online)
    assert (await get_webhook(online, made))["active"] is False
    assert read_mails(online) == []


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("as_date", [False, True])
async def test_a_pause_is_kept_by_every_delivery(
    online: Studies, server: Server, status: int, as_date: bool
) -> None:
    made = await register(online, server)
    server.status = 500
    await fail_a_document(online)
    until = online.stack.clock.now() + timedelta(hours=1)
    server.status = status
    server.headers = {"Retry-After": format_datetime(until, usegmt=True) if as_date else "3600"}
    await send_test(online, made)  # the second event; the first one waits for its retry
    assert len(server.received) == 2
    await fail_another_document(online)
    await send_test(online, made)
    await online.stack.advance(minutes=58)
    assert len(server.received) == 2
    for delivery in await list_deliveries(online, made["id"]):
        wait = (await get_webhook(online, made))["paused_until"]
        assert delivery["status"] == "pending"
        assert delivery["next_attempt_at"] >= wait
    server.status, server.headers = 200, {}
    await online.stack.advance(minutes=3)
    assert len(server.received) == 6
    assert {each["status"] for each in await list_deliveries(online, made["id"])} == {"delivered"}
    assert (await get_webhook(online, made))["paused_until"] is None


@pytest.mark.parametrize(("status", "header"), [(500, "3600"), (429, "soon"), (429, "-1"), (302, "3600")])
async def test_other_answers_are_tried_again_as_usual(
    online: Studies, server: Server, status: int, header: str
) -> None:
    made = await register(online, server)
    server.status, server.headers = status, {"Retry-After": header}
    await fail_a_document(online)
    await online.stack.advance(seconds=6)
    assert len(server.received) == 2
    assert (await get_webhook(online, made))["paused_until"] is None


async def test_a_pause_of_a_month_is_a_day_and_ends_when_asked(online: Studies, server: Server) -> None:
    made = await register(online, server)
    server.status, server.headers = 503, {"Retry-After": str(30 * 86_400)}
    await fail_a_document(online)
    await online.stack.advance(hours=23)
    assert len(server.received) == 1
    await online.stack.advance(hours=2)
    assert len(server.received) == 2  # and the delivery has failed: its day is over
    (delivery,) = await list_deliveries(online, made["id"])
    assert delivery["status"] == "failed"
    server.status, server.headers = 200, {}
    resumed = (await online.http.patch(f"{URL}{made['id']}/", json={"active": True})).json()
    assert resumed["paused_until"] is None
    await online.http.post(f"{URL}{made['id']}/test/")
    await online.stack.drain()
    assert len(server.received) == 3


async def test_the_answer_of_an_address_that_was_changed_meanwhile_judges_nothing(
    online: Studies, server: Server
) -> None:
    made = await register(online, server)
    server.status = 410

    async def move() -> None:
        server.meanwhile = None
        await online.http.patch(f"{URL}{made['id']}/", json={"url": server.url("/new")})
        server.status = 410

    server.meanwhile = move
    await fail_a_document(online)
    found = await get_webhook(online, made)
    assert (found["active"], found["failing_since"]) == (True, None)


def verifies(secret: str, received: Received) -> bool:
    try:
        Verifier(secret).verify(received.body, received.headers)
    except WebhookVerificationError:
        return False
    return True


@pytest.mark.parametrize("way", ["rotate", "rotate to", "patch"])
async def test_a_new_secret_signs_beside_the_old_one_for_a_day(
    online: Studies, server: Server, way: str
) -> None:
    made = await register(online, server)
    path, old, new = f"{URL}{made['id']}/", made["secret"], "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    if way == "rotate":
        answer = await online.http.post(f"{path}rotate_secret/")
        new = answer.json()["secret"]
    elif way == "rotate to":
        answer = await online.http.post(f"{path}rotate_secret/", json={"secret": new})
        assert answer.json()["secret"] is None
    else:
        answer = await online.http.patch(path, json={"secret": new})
    assert answer.status_code == 200
    assert answer.json()["old_secret_until"] is not None
    await fail_a_document(online)
    online.stack.clock.advance(timedelta(hours=25))
    await send_test(online, made)
    both, only_new = server.received
    assert len(both.headers["webhook-signature"].split(" ")) == 2
    assert verifies(new, both)
    assert verifies(old, both)
    assert len(only_new.headers["webhook-signature"].split(" ")) == 1


async def test_secrets_replaced_within_a_day_all_sign(online: Studies, server: Server) -> None:
    made = await register(online, server)
    secrets = [made["secret"]]
    for _ in range(3):
        online.stack.clock.advance(timedelta(seconds=1))
        secrets.append((await online.http.post(f"{URL}{made['id']}/rotate_secret/")).json()["secret"])
    await online.http.patch(f"{URL}{made['id']}/", json={"secret": secrets[-1]})
    await fail_a_document(online)
    (received,) = server.received
    assert len(received.headers["webhook-signature"].split(" ")) == 4
    assert all(verifies(secret, received) for secret in secrets)
    assert (await online.http.post(f"{URL}none/rotate_secret/")).status_code == 404
