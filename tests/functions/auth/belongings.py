"""A user with data of every kind."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.stack import Stack, User

NOTES = b"A loop repeats its body. A list comprehension builds a list from an iterable.\n" * 20
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100


@dataclass(frozen=True)
class Belongings:
    course: str
    document: str
    flashcard: str


async def require_success(request: Any) -> dict[str, Any]:
    """Return the answer of a request that must succeed."""
    answer: httpx.Response = await request
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.text}"
    given: dict[str, Any] = answer.json()
    return given


async def create_belongings(stack: Stack, user: User) -> Belongings:
    http = user.http
    profile = {"first_name": "Ada", "bio": "I learn", "timezone": "Europe/Berlin"}
    await require_success(http.patch("/api/v1/accounts/profile/", json=profile))
    course = (await require_success(http.post("/api/v1/courses/", json={"name": "Programming"})))["id"]
    upload = f"/api/v1/courses/{course}/documents/upload/"
    document = await require_success(http.post(upload, files={"file": ("my notes.txt", NOTES)}))
    await stack.drain()
    cards = "/api/v1/assessments/flashcards/"
    card = await require_success(
        http.post(cards, json={"course": course, "question": "2 + 2?", "answer": "4"})
    )
    await require_success(
        http.post(f"{cards}{card['id']}/review/", json={"quality_response": 4, "response_time_seconds": 9})
    )
    feedback = {"feedback_type": "praise", "subject": "Fine", "message": "Very fine"}
    await require_success(
        http.post("/api/v1/accounts/feedback/", data=feedback, files={"screenshot": ("s.png", PNG)})
    )
    login = {"username": user.username, "password": "a wrong horse"}
    await stack.http.post("/api/v1/accounts/login/", json=login)
    await stack.http.post("/api/v1/accounts/password-reset/", json={"email": f"{user.username}@example.com"})
    await stack.drain()
    return Belongings(course, document["document"]["id"], card["id"])
