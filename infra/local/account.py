"""The demo account of the local stack: a course with documents, cards, a quiz and an exam."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx

EMAIL = "demo@aksio.example"
PASSWORD = "correct horse 7"  # noqa: S105 - published on purpose; local data only

_DOCUMENTS = Path(__file__).parent / "demo" / "documents"
_ACCOUNTS = "/api/v1/accounts/"
_ASSESSMENTS = "/api/v1/assessments/"
_DAYS_TO_EXAM = 21
_MAX_SECONDS = 120.0


async def ensure_account(base_url: str) -> str:
    """Create the account unless it exists, and sign in. Returns the access token. Raises httpx.HTTPError."""
    body = {"email": EMAIL, "password": PASSWORD, "first_name": "Demo"}
    async with _open(base_url) as http:
        answer = await http.post(f"{_ACCOUNTS}register/", json=body)
        if answer.status_code == httpx.codes.CONFLICT:
            answer = await http.post(f"{_ACCOUNTS}login/", json={"email": EMAIL, "password": PASSWORD})
        answer.raise_for_status()
    return str(answer.json()["access"])


async def fill_account(base_url: str, access: str, *, today: date) -> str:
    """Give an account without a course one to try everything on.

    Returns what it has now, empty where it had a course before. Raises httpx.HTTPError.
    """
    files = [(name, (_DOCUMENTS / name).read_bytes()) for name in ("cell-energy.md", "probability.md")]
    async with _open(base_url, access) as http:
        if (await _call(http, "GET", "/api/v1/courses/"))["count"]:
            return ""
        exam = (today + timedelta(days=_DAYS_TO_EXAM)).isoformat()
        course = await _call(
            http,
            "POST",
            "/api/v1/courses/",
            {"name": "Cells and chance", "course_code": "DEMO-1", "exam_date": exam},
        )
        documents = [await _upload(http, course["id"], *file) for file in files]
        order = {"course_id": course["id"], "document_ids": documents}
        cards = await _call(http, "POST", f"{_ASSESSMENTS}flashcards/generate/", {**order, "count": 15})
        quiz = await _call(http, "POST", f"{_ASSESSMENTS}quizzes/generate/", {**order, "question_count": 5})
    return (
        f"a course with {len(documents)} documents, {len(cards['flashcards'])} cards,"
        f" a quiz of {quiz['question_count']} questions, and an exam on {exam}"
    )


async def _upload(http: httpx.AsyncClient, course: str, name: str, content: bytes) -> str:
    """Upload a file, and wait until it is processed or fails. Returns the document's id."""
    path = f"/api/v1/courses/{course}/documents/"
    answer = await http.post(f"{path}upload/", files={"file": (name, content)})
    answer.raise_for_status()
    document = str(answer.json()["document"]["id"])
    stream = {"Accept": "text/event-stream"}  # it ends with the processing
    await http.get(f"{path}{document}/processing_status/", headers=stream)
    return document


async def _call(
    http: httpx.AsyncClient, method: str, path: str, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    answer = await http.request(method, path, json=body)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def _open(base_url: str, access: str = "") -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {access}"} if access else {}
    return httpx.AsyncClient(base_url=base_url, headers=headers, trust_env=False, timeout=_MAX_SECONDS)
