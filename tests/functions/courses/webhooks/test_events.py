"""Events that arrive at webhooks, and their signatures."""

import base64
import json

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from shared.messages import EventEnvelope
from shared.published.flashcards import GenerationEnded
from shared.published.quizzes import QuizAttemptCompleted
from tests.functions.courses.loopback import Server
from tests.functions.courses.studies import Studies
from tests.functions.courses.webhooks.receivers import URL, fail_a_document, list_deliveries, register


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
