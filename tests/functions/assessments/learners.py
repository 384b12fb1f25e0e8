"""Learners with a course: signed in without the other groups' routes, in the zone a test needs."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from shared.identity import SESSIONS, AccessClaims, Session, issue_access
from shared.published.accounts import CURRENT, PREFERENCES, Preferences
from shared.published.courses import COURSE_SUMMARIES, CourseDeleted, CourseSummary
from shared.published.flashcards import forget_course
from shared.store import Transaction
from tests.stack import Stack

CARDS = "/api/v1/assessments/flashcards/"


@dataclass
class Learner:
    """`course` is the id of a course that is there."""

    stack: Stack
    http: httpx.AsyncClient
    id: str
    course: str

    async def add(self, **fields: Any) -> dict[str, Any]:
        body = {"course": self.course, "question": "What is it?", "answer": "This", **fields}
        self.stack.clock.advance(timedelta(seconds=1))  # so that what came first is told from what followed
        answer = await self.http.post(CARDS, json=body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def add_many(self, number: int, **fields: Any) -> list[dict[str, Any]]:
        bodies = [
            {"course": self.course, "question": f"What is {n}?", "answer": "This", **fields}
            for n in range(number)
        ]
        self.stack.clock.advance(timedelta(seconds=1))
        answer = await self.http.post(CARDS, json=bodies)
        assert answer.status_code == 201, answer.text
        made: list[dict[str, Any]] = answer.json()
        return made

    async def review(self, card: str, quality: int = 4, **fields: Any) -> dict[str, Any]:
        self.stack.clock.advance(timedelta(seconds=1))
        answer = await self.http.post(f"{CARDS}{card}/review/", json={"quality_response": quality, **fields})
        assert answer.status_code == 200, answer.text
        done: dict[str, Any] = answer.json()
        return done

    async def get(self, path: str = "", **params: Any) -> Any:
        answer = await self.http.get(f"{CARDS}{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def listed(self, **params: Any) -> list[dict[str, Any]]:
        """Every card of the list, page by page."""
        found: list[dict[str, Any]] = []
        answer = await self.get(**params)
        while answer["next"] is not None:
            found += answer["results"]
            answer = (await self.http.get(answer["next"])).json()
        return [*found, *answer["results"]]

    async def post(self, path: str, json: Any = None) -> Any:
        answer = await self.http.post(f"{CARDS}{path}", json=json)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def new_course(self) -> str:
        store, name = self.stack.services.store, self.stack.services.ids.new()
        await store.put(COURSE_SUMMARIES.doc(name, user=self.id), CourseSummary(id=name, name="Biology"))
        return name

    async def delete_course(self, course: str) -> None:
        """As the courses group does it; the cards follow with `drain`."""

        async def work(tx: Transaction) -> None:
            await forget_course(tx, user_id=self.id, course_id=course)
            tx.delete(COURSE_SUMMARIES.doc(course, user=self.id))
            tx.publish(CourseDeleted(user=self.id, course=course))

        await self.stack.services.store.transact(work)


async def new_learner(stack: Stack, *, timezone: str = "UTC", **preferences: Any) -> Learner:
    services = stack.services
    now, user_id, session_id = services.clock.now(), services.ids.new(), services.ids.new()
    lasting = timedelta(days=3650)
    session = Session(
        id=session_id, user=user_id, role="student", timezone=timezone,
        created_at=now, rotated_at=now, last_used_at=now, expires_at=now + lasting,
    )  # fmt: skip
    await services.store.put(SESSIONS.doc(session_id, user=user_id), session)
    preferred = Preferences(id=CURRENT, email="ada@example.com", timezone=timezone, **preferences)
    await services.store.put(PREFERENCES.doc(CURRENT, user=user_id), preferred)
    token = issue_access(
        AccessClaims(user_id, session_id),
        secret=services.settings.jwt_secret.get_secret_value(),
        now=now,
        lifetime=lasting,
    )
    learner = Learner(stack, stack.client(Authorization=f"Bearer {token}"), user_id, "")
    learner.course = await learner.new_course()
    return learner
