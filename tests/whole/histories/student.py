"""The student at the front door, with the model of what must be there."""

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from tests.stack import PASSWORD, Stack
from tests.whole.histories.model import Student

V1 = "/api/v1/"
CARDS = f"{V1}assessments/flashcards/"
QUIZZES = f"{V1}assessments/quizzes/"
ATTEMPTS = f"{V1}assessments/quiz-attempts/"


class Mismatch(AssertionError):
    """The product and the model say different things."""


def require(condition: bool, text: str) -> None:
    """Raise Mismatch unless the condition holds."""
    if not condition:
        raise Mismatch(text)


class Session:
    """A signed-in student and the model; `chance` decides what the operation at hand leaves open.

    `undoable` is the card that was reviewed just now, with all that was shown before. `planned` while plans
    of exams may have moved cards since the last comparison. `document` is a course with its document.
    """

    def __init__(self, stack: Stack, zone: str) -> None:
        self.stack = stack
        self.model = Student(zone)
        self.chance = random.Random(0)
        self.http = stack.client()
        self.seen = Counter[str]()  # answers by status, so that a run tells that it did something
        self.undoable: tuple[str, Any] | None = None
        self.planned = False
        self.document: tuple[str, str] | None = None
        self.words = 0

    @property
    def now(self) -> datetime:
        return self.stack.clock.now()

    @property
    def today(self) -> Any:
        return self.model.to_day(self.now)

    async def begin(self) -> None:
        """Sign up, with one course."""
        body = {"username": "lina", "email": "lina@example.com", "password": PASSWORD}
        await self.ask("POST", f"{V1}accounts/register/", json={**body, "timezone": str(self.model.zone)})
        await self.sign_in()
        await self.add_course()

    async def sign_in(self) -> None:
        login = {"username": "lina", "password": PASSWORD}
        answer = await self.stack.http.post(f"{V1}accounts/login/", json=login)
        require(answer.status_code == 200, f"the login failed: {answer.text}")
        self.http.headers["Authorization"] = f"Bearer {answer.json()['access']}"

    async def ask(self, method: str, path: str, *, status: int | None = None, **content: Any) -> Any:
        """Send a request, signed in again where the token has expired; return what the answer holds."""
        answer = await self.http.request(method, path, **content)
        if answer.status_code == 401:
            await self.sign_in()
            answer = await self.http.request(method, path, **content)
        self.seen[f"{answer.status_code}"] += 1
        fine = answer.status_code == status if status else answer.is_success
        require(fine, f"{method} {path} {content}: {answer.status_code} {answer.text[:500]}")
        if answer.content and answer.headers.get("content-type", "").startswith("application/json"):
            return answer.json()
        return answer.content

    async def get(self, path: str, **params: Any) -> Any:
        return await self.ask("GET", path, params=params or None)

    async def post(self, path: str, json: Any = None, **more: Any) -> Any:
        return await self.ask("POST", path, json=json, **more)

    async def list_all(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Return every item of a list, page by page."""
        page = await self.get(path, page_size=100, **params)
        found = list(page["results"])
        while page["next"]:
            page = await self.get(page["next"])
            found += page["results"]
        return found

    async def add_course(self) -> str:
        course: str = (await self.post(f"{V1}courses/", {"name": f"Course {self.coin()}"}))["id"]
        self.model.courses[course] = None
        self.model.made["course_created"] += 1
        return course

    def pass_time(self, **delta: float) -> None:
        """Let time pass in which nothing is due, so that what came first is told from what followed."""
        self.stack.clock.advance(timedelta(**delta))

    def coin(self) -> str:
        """Return a word that no other card has."""
        self.words += 1
        return f"word{self.words}"
