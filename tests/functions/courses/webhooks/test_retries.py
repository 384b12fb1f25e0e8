"""Failed deliveries: retries, redelivery, the end of retries."""

from datetime import timedelta

import pytest

from shared.net import GuardedTransport
from tests.functions.courses.loopback import Server
from tests.functions.courses.studies import Studies
from tests.functions.courses.webhooks.receivers import URL, fail_a_document, list_deliveries, register


async def test_failures_are_tried_again_for_a_day_under_the_same_id(online: Studies, server: Server) -> None:
    made = await register(online, server)
    server.status = 500
    await fail_a_document(online)
    assert len(server.received) == 1
    await online.stack.advance(seconds=6)
    assert len(server.received) == 2
    await online.stack.advance(hours=25)
    assert 9 <= len(server.received) <= 14
    assert len({received.headers["webhook-id"] for received in server.received}) == 1
    (delivery,) = await list_deliveries(online, made["id"])
    assert (delivery["status"], delivery["next_attempt_at"]) == ("failed", None)
    assert {attempt["status"] for attempt in delivery["attempts"]} == {500}
    assert (await online.http.get(f"{URL}{made['id']}/")).json()["active"] is True


async def test_a_receiver_that_recovers_gets_the_event(online: Studies, server: Server) -> None:
    made = await register(online, server)
    server.status = 302
    server.headers = {"Location": server.url("/elsewhere")}
    await fail_a_document(online)
    assert [received.path for received in server.received] == ["/hook"]
    assert (await online.http.get(f"{URL}{made['id']}/")).json()["failing_since"] is not None
    server.status, server.headers = 204, {}
    await online.stack.advance(minutes=1)
    (delivery,) = await list_deliveries(online, made["id"])
    assert [attempt["status"] for attempt in delivery["attempts"]] == [302, 204]
    assert (await online.http.get(f"{URL}{made['id']}/")).json()["failing_since"] is None


@pytest.mark.slow
async def test_five_days_of_failures_switch_it_off_until_it_is_switched_on(
    online: Studies, server: Server
) -> None:
    made = await register(online, server)
    path = f"{URL}{made['id']}/"
    server.status = 500
    for _ in range(6):
        await online.http.post(f"{path}test/")
        await online.stack.advance(days=1)
    found = (await online.http.get(path)).json()
    assert found["active"] is False
    assert found["switched_off_because"]
    sent = len(server.received)
    await fail_a_document(online)
    assert len(server.received) == sent
    again = (await online.http.patch(path, json={"active": True})).json()
    assert (again["active"], again["failing_since"], again["switched_off_because"]) == (True, None, None)
    server.status = 200
    await online.http.post(f"{path}test/")
    await online.stack.drain()
    assert len(server.received) == sent + 1


async def test_a_delivery_is_sent_again_when_asked(online: Studies, server: Server) -> None:
    made = await register(online, server)
    await fail_a_document(online)
    (delivery,) = await list_deliveries(online, made["id"])
    path = f"{URL}{made['id']}/deliveries/{delivery['id']}/"
    answer = await online.http.post(f"{path}redeliver/")
    assert (answer.status_code, answer.json()["status"]) == (202, "pending")
    await online.stack.drain()
    first, second = server.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert (await online.http.get(path)).json()["tries"] == 2
    assert (await online.http.post(path.replace(delivery["id"], "none") + "redeliver/")).status_code == 404
    await online.http.patch(f"{URL}{made['id']}/", json={"active": False})
    assert (await online.http.post(f"{path}redeliver/")).status_code == 409


async def test_sending_again_overtakes_the_planned_attempt(online: Studies, server: Server) -> None:
    made = await register(online, server)
    server.status = 500
    await fail_a_document(online)
    (delivery,) = await list_deliveries(online, made["id"])
    server.status = 200
    online.stack.clock.advance(timedelta(seconds=1))
    await online.http.post(f"{URL}{made['id']}/deliveries/{delivery['id']}/redeliver/")
    await online.stack.advance(minutes=1)
    assert len(server.received) == 2


async def test_a_webhook_that_is_switched_off_gets_no_attempt_that_was_planned(
    online: Studies, server: Server
) -> None:
    made = await register(online, server)
    server.status = 500
    await fail_a_document(online)
    await online.http.patch(f"{URL}{made['id']}/", json={"active": False})
    await online.stack.advance(hours=1)
    assert len(server.received) == 1
    (delivery,) = await list_deliveries(online, made["id"])
    assert delivery["status"] == "failed"
    assert delivery["attempts"][-1]["error"] == "The webhook is switched off"


async def test_an_address_that_leads_inside_by_now_is_not_called(online: Studies, server: Server) -> None:
    made = await register(online, server)
    online.stack.services.outside = GuardedTransport()
    await fail_a_document(online)
    assert server.received == []
    (delivery,) = await list_deliveries(online, made["id"])
    assert delivery["attempts"][0]["error"] == "This address is not on the public internet."
    assert delivery["status"] == "pending"


async def test_nobody_answers(online: Studies, server: Server) -> None:
    made = await register(online, server)
    server.headers = {"Content-Length": "-"}
    server.status = 0
    await fail_a_document(online)
    (delivery,) = await list_deliveries(online, made["id"])
    assert delivery["attempts"][0]["status"] is None
    assert delivery["attempts"][0]["error"]
