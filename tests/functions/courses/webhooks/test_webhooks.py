import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from shared.messages import EventEnvelope
from shared.net import GuardedTransport
from shared.published.flashcards import GenerationEnded
from shared.published.quizzes import QuizAttemptCompleted
from tests.functions.courses.loopback import Server, run_server
from tests.functions.courses.studies import ScriptedRetrieval, Studies, run_studies, sign_in

URL = "/api/v1/webhooks/"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with run_server() as played:
        yield played


@pytest.fixture
async def online(tmp_path: Path, retrieval: ScriptedRetrieval, server: Server) -> AsyncIterator[Studies]:
    """Studies that may reach the server on loopback, and nothing else inside."""
    now = datetime.now(UTC)  # receivers check the time of a signature on their own clocks
    async with run_studies(
        tmp_path, services={"retrieval": retrieval}, start=now, url_fetch_allowed_hosts=server.name
    ) as studies:
        yield studies


async def register(studies: Studies, server: Server, **fields: Any) -> dict[str, Any]:
    body = {"url": server.url("/hook"), "events": ["document.processing.failed"], **fields}
    answer = await studies.http.post(f"{URL}register/", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def fail_a_document(studies: Studies) -> str:
    """An event that webhooks hear of."""
    document = await studies.upload(b"")
    await studies.stack.drain()
    return document


async def list_deliveries(studies: Studies, webhook: str) -> list[dict[str, Any]]:
    found = (await studies.http.get(f"{URL}{webhook}/deliveries/")).json()
    results: list[dict[str, Any]] = found["results"]
    return results


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


async def test_an_event_arrives_signed(online: Studies, server: Server) -> None:
    made = await register(online, server)
    document = await fail_a_document(online)
    (received,) = server.received
    payload = Verifier(made["secret"]).verify(received.body, received.headers)
    assert payload["type"] == "document.processing.failed"
    assert payload["data"] == {"course_id": online.course, "document_id": document}
    assert received.path == "/hook"
    assert received.headers["content-type"] == "application/json"
    (delivery,) = await list_deliveries(online, made["id"])
    assert delivery["id"] == received.headers["webhook-id"]
    assert (delivery["status"], delivery["tries"], delivery["next_attempt_at"]) == ("delivered", 1, None)
    assert delivery["payload"] == payload
    assert delivery["attempts"][0]["status"] == 200
    assert delivery["attempts"][0]["milliseconds"] >= 0
    with pytest.raises(WebhookVerificationError):
        Verifier(base64.b64encode(b"another").decode()).verify(received.body, received.headers)


async def test_a_secret_of_any_form_signs_by_its_bytes(online: Studies, server: Server) -> None:
    await register(online, server, secret="your_webhook_secret")
    await fail_a_document(online)
    (received,) = server.received
    Verifier(base64.b64encode(b"your_webhook_secret").decode()).verify(received.body, received.headers)


async def test_only_what_was_asked_for_arrives(online: Studies, server: Server) -> None:
    await register(online, server, events=["generation.completed", "document.processing.completed"])
    off = await register(online, server)
    await online.http.patch(f"{URL}{off['id']}/", json={"active": False})
    await fail_a_document(online)
    assert server.received == []


async def test_a_generation_is_told_once_however_often_its_event_comes(
    online: Studies, server: Server
) -> None:
    await register(online, server, events=["generation.completed"])
    ended = GenerationEnded(
        user=online.user.id, job="j", course=online.course, status="completed", flashcards=7
    )
    event = EventEnvelope("event-1", ended.type, online.stack.clock.now(), ended.model_dump(mode="json"))
    for _ in range(3):
        await online.stack.services.events.publish([event])
        await online.stack.drain()
    (received,) = server.received
    data = json.loads(received.body)["data"]
    assert data == {"course_id": online.course, "job_id": "j", "flashcards": 7}


async def test_the_end_of_a_quiz_is_told(online: Studies, server: Server) -> None:
    await register(online, server, events=["quiz.completed"])
    now = online.stack.clock.now()
    ended = QuizAttemptCompleted(
        user=online.user.id, quiz="q", course=online.course, attempt="a", percentage=85, passed=True,
        completed_at=now, day=now.date(), questions=(),
    )  # fmt: skip
    event = EventEnvelope("event-1", ended.type, now, ended.model_dump(mode="json"))
    await online.stack.services.events.publish([event])
    await online.stack.drain()
    (received,) = server.received
    assert json.loads(received.body)["data"] == {
        "course_id": online.course,
        "quiz_id": "q",
        "attempt_id": "a",
        "percentage_score": 85,
        "passed": True,
    }


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


async def test_a_test_event_is_sent(online: Studies, server: Server) -> None:
    made = await register(online, server)
    answer = await online.http.post(f"{URL}{made['id']}/test/")
    assert (answer.status_code, answer.json()["status"]) == (202, "pending")
    await online.stack.drain()
    assert json.loads(server.received[0].body)["type"] == "webhook.test"
    path = f"{URL}{made['id']}/deliveries/{answer.json()['id']}/"
    assert (await online.http.get(path)).json()["status"] == "delivered"
    await online.http.patch(f"{URL}{made['id']}/", json={"active": False})
    assert (await online.http.post(f"{URL}{made['id']}/test/")).status_code == 409


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


async def test_deleting_a_webhook_removes_its_deliveries(online: Studies, server: Server) -> None:
    made = await register(online, server)
    server.status = 500
    await fail_a_document(online)
    await online.http.delete(f"{URL}{made['id']}/")
    await online.stack.advance(hours=1)
    assert len(server.received) == 1
    below = online.stack.services.store.subtree(f"users/{online.user.id}/webhooks")
    assert [path async for path, _ in below] == []
