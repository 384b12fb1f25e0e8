"""A user who has one of everything, for those who try to reach it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from shared.identity import SESSIONS, AccessClaims, Session, issue_access
from shared.identity.principal import Role
from tests.stack import Stack, User

HOOK = "127.0.0.1:9"  # nobody listens there; to be allowed by `url_fetch_allowed_hosts`
TEXT = """# Photosynthesis

Photosynthesis is the process by which green plants turn light, water and carbon dioxide into sugar.
Chlorophyll is the green pigment that absorbs the light in the chloroplasts of a leaf.
The Calvin cycle is the set of reactions that builds sugar from carbon dioxide in the stroma.
"""


@dataclass(frozen=True)
class World:
    """`ids` by the path segment before them: `courses`, `documents`, …"""

    user: User
    ids: dict[str, str]

    async def everything(self, stack: Stack) -> dict[str, dict[str, Any]]:
        """All that is stored of the user, by path."""
        found = {
            path: raw
            async for path, raw in stack.services.store.backend.stream_subtree(f"users/{self.user.id}")
        }
        return {path: raw for path, raw in found.items() if "/idempotency/" not in path}


async def built(stack: Stack, username: str = "owner") -> World:
    """One of everything, all background work done."""
    user = await stack.sign_up(username)
    ids = {
        **await _account(user),
        **await _course(user),
        **await _webhook(user),
    }
    ids |= await _upload_session(user, ids)
    ids |= await _deck_upload(user, ids)
    await stack.drain()
    ids |= await _cards(user, ids)
    ids |= await _quiz(user, ids)
    ids |= await _assessment(user, ids)
    await stack.drain()
    ids |= await _delivery(user, ids)
    return World(user, ids)


async def session_of(
    stack: Stack, user_id: str, *, role: Role = "student", **fields: Any
) -> httpx.AsyncClient:
    """A client with a session of its own, made past the front door."""
    return stack.client(Authorization=f"Bearer {await token_of(stack, user_id, role=role, **fields)}")


async def token_of(stack: Stack, user_id: str, *, role: Role = "student", **fields: Any) -> str:
    services, now = stack.services, stack.clock.now()
    session = Session.model_validate(
        {
            "id": services.ids.new(),
            "user": user_id,
            "role": role,
            "rotated_at": now,
            "created_at": now,
            "last_used_at": now,
            "expires_at": now + timedelta(days=14),
            **fields,
        }
    )
    await services.store.put(SESSIONS.doc(session.id, user=user_id), session)
    secret = services.settings.jwt_secret.get_secret_value()
    claims = AccessClaims(user_id, session.id)
    return issue_access(claims, secret=secret, now=now, lifetime=timedelta(minutes=30))


async def _account(user: User) -> dict[str, str]:
    sessions = _json(await user.http.get("/api/v1/accounts/sessions/"))
    body = {"token": f"device-of-{user.username}", "platform": "web"}
    device = await _post(user, "/api/v1/accounts/devices/", body)
    wish = {"feedback_type": "praise", "subject": "Leaves", "message": "So green!"}
    feedback = await _post(user, "/api/v1/accounts/feedback/", wish)
    return {"sessions": sessions[0]["id"], "devices": device["id"], "feedback": feedback["id"]}


async def _course(user: User) -> dict[str, str]:
    course = await _post(user, "/api/v1/courses/", {"name": "Botany"})
    section = await _post(user, f"/api/v1/courses/{course['id']}/sections/", {"title": "Leaves", "order": 1})
    tag = await _post(user, "/api/v1/courses/tags/", {"name": "exam", "color": "#EF4444"})
    answer = await user.http.post(
        f"/api/v1/courses/{course['id']}/documents/upload/",
        files={"file": ("leaves.md", TEXT.encode(), "text/markdown")},
    )
    document = _json(answer)["document"]
    found = {"courses": course, "sections": section, "tags": tag, "documents": document}
    return {kind: thing["id"] for kind, thing in found.items()}


async def _upload_session(user: User, ids: dict[str, str]) -> dict[str, str]:
    announced = {
        "name": "Roots",
        "file_name": "roots.md",
        "content_type": "text/markdown",
        "file_size_bytes": 100,
        "sha256": "0" * 64,
    }
    begun = await _post(user, f"/api/v1/courses/{ids['courses']}/documents/upload_session/", announced)
    return {"upload_session": begun["upload_id"]}


async def _deck_upload(user: User, ids: dict[str, str]) -> dict[str, str]:
    announced = {"course": ids["courses"], "file_name": "deck.apkg", "file_size_bytes": 10}
    begun = await _post(user, "/api/v1/assessments/flashcards/import_session/", announced)
    return {"import_session": begun["upload_id"]}


async def _webhook(user: User) -> dict[str, str]:
    hook = {"url": f"http://{HOOK}/hook", "events": ["document.processing.completed"], "secret": "s" * 32}
    return {"webhooks": (await _post(user, "/api/v1/webhooks/register/", hook))["id"]}


async def _delivery(user: User, ids: dict[str, str]) -> dict[str, str]:
    listed = _json(await user.http.get(f"/api/v1/webhooks/{ids['webhooks']}/deliveries/"))
    return {"deliveries": listed["results"][0]["id"]}


async def _cards(user: User, ids: dict[str, str]) -> dict[str, str]:
    card = {"course": ids["courses"], "question": "What is the capital of France?", "answer": "Paris"}
    made = await _post(user, "/api/v1/assessments/flashcards/", card)
    review = {"quality_response": 4, "client_review_id": "first"}
    await _post(user, f"/api/v1/assessments/flashcards/{made['id']}/review/", review)
    order = {"course_id": ids["courses"], "topic": "Photosynthesis", "count": 2}
    headers = {"Prefer": "respond-async"}
    queued = await user.http.post("/api/v1/assessments/flashcards/generate/", json=order, headers=headers)
    return {"flashcards": made["id"], "jobs": _json(queued)["job_id"]}


async def _assessment(user: User, ids: dict[str, str]) -> dict[str, str]:
    body = {"course": ids["courses"], "title": "Midterm", "topic": "Photosynthesis"}
    return {"assessments": (await _post(user, "/api/v1/assessments/", body))["id"]}


async def _quiz(user: User, ids: dict[str, str]) -> dict[str, str]:
    quizzes = "/api/v1/assessments/quizzes/"
    quiz = await _post(user, quizzes, {"course": ids["courses"], "title": "Leaves"})
    question = {"question_text": "Leaves are green.", "question_type": "true_false", "correct_answer": True}
    made = await _post(user, f"{quizzes}{quiz['id']}/questions/", question)
    attempt = await _post(user, f"{quizzes}{quiz['id']}/start_attempt/", {})
    return {"quizzes": quiz["id"], "questions": made["id"], "quiz-attempts": attempt["attempt_id"]}


async def _post(user: User, path: str, body: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = _json(await user.http.post(path, json=body))
    return made


def _json(answer: httpx.Response) -> Any:
    assert answer.is_success, (
        f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"
    )
    return answer.json()
