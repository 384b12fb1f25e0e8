"""A scripted day of a student over the whole stack, and a count of its use, below the product's meter."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from infra.groups import entries
from shared.messages import EventEnvelope, TaskEnvelope
from shared.store.backend import Backend, Reader, Row
from shared.store.query import Query
from shared.store.values import Raw, Write
from tests.stack import PASSWORD, Stack

T = TypeVar("T")

API = "/api/v1/"
CARDS = f"{API}assessments/flashcards/"
QUIZZES = f"{API}assessments/quizzes/"
ATTEMPTS = f"{API}assessments/quiz-attempts/"
SITTINGS, REVIEWS, QUESTIONS, GENERATED = 2, 20, 10, 6

_TERMS = ("Osmosis", "Mitosis", "Meiosis", "Enzyme", "Ribosome", "Vacuole", "Membrane", "Nucleus", "Plasmid")


@dataclass
class Used:
    """The billed operations of the store, requests, messages and bytes of answers."""

    reads: int = 0
    writes: int = 0
    deletes: int = 0
    requests: int = 0
    deliveries: int = 0
    events: int = 0
    tasks: int = 0
    bytes: int = 0


class CountedBackend:
    """A document database that counts what Firestore bills; implements `Backend`."""

    def __init__(self, backend: Backend, used: Used) -> None:
        self._backend = backend
        self._used = used

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    async def get(self, paths: Sequence[str]) -> list[Raw | None]:
        self._used.reads += len(paths)
        return await self._backend.get(paths)

    async def query(self, query: Query[Any]) -> list[Row]:
        rows = await self._backend.query(query)
        self._used.reads += max(1, len(rows))
        return rows

    async def count(self, query: Query[Any]) -> int:
        number = await self._backend.count(query)
        self._used.reads += max(1, -(-number // 1000))
        return number

    async def transact(self, work: Callable[[Reader], Awaitable[tuple[T, list[Write]]]]) -> T:
        async def counted(reader: Reader) -> tuple[T, list[Write]]:
            result, writes = await work(_CountedReader(reader, self._used))
            deletes = sum(write.kind == "delete" for write in writes)
            self._used.deletes += deletes
            self._used.writes += len(writes) - deletes
            return result, writes

        return await self._backend.transact(counted)

    async def stream_subtree(self, path: str) -> AsyncIterator[Row]:
        async for row in self._backend.stream_subtree(path):
            self._used.reads += 1
            yield row


class _CountedReader:
    """The reads of one attempt at a transaction."""

    def __init__(self, reader: Reader, used: Used) -> None:
        self._reader = reader
        self._used = used

    async def get(self, paths: Sequence[str]) -> list[Raw | None]:
        self._used.reads += len(paths)
        return await self._reader.get(paths)

    async def query(self, query: Query[Any]) -> list[Row]:
        rows = await self._reader.query(query)
        self._used.reads += max(1, len(rows))
        return rows


def count_usage(stack: Stack) -> Used:
    """Count from now on what the stack does."""
    used, services = Used(), stack.services
    counted: Any = CountedBackend(services.store.backend, used)
    services.store.backend = services.store._reader = counted
    publish, enqueue = services.events.publish, services.tasks.enqueue

    async def publish_counted(events: Sequence[EventEnvelope]) -> None:
        used.events += len(events)
        used.deliveries += sum(event.type in group.events for event in events for group in entries())
        await publish(events)

    async def enqueue_counted(tasks: Sequence[TaskEnvelope]) -> None:
        used.tasks += len(tasks)
        used.deliveries += len(tasks)
        await enqueue(tasks)

    services.events.publish = publish_counted  # type: ignore[method-assign]
    services.tasks.enqueue = enqueue_counted  # type: ignore[method-assign]
    return used


class StudentDay:
    """A student with a course, a document, forty cards and a quiz of ten questions."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.used = Used()
        self.course = self.document = self.quiz = ""

    async def prepare(self) -> None:
        """Make everything that exists in the morning; not counted."""
        student = (await self.stack.sign_up("student")).http
        body: Any = {"name": "Cells"}
        self.course = (await self._send(student, "POST", f"{API}courses/", json=body))["id"]
        text = "# Glossary\n\n" + "\n".join(
            f"{term} is the part of the cell that was first described in {1600 + 17 * number}.\n"
            for number, term in enumerate(_TERMS)
        )
        path = f"{API}courses/{self.course}/documents/upload/"
        files = {"file": ("glossary.md", text.encode(), "text/markdown")}
        self.document = (await self._send(student, "POST", path, files=files))["document"]["id"]
        body = {"new_cards_per_day": SITTINGS * REVIEWS + GENERATED}
        await self._send(student, "PATCH", f"{API}accounts/settings/", json=body)
        body = [
            {"course": self.course, "question": f"What was found in {number}?", "answer": f"Cell {number}"}
            for number in range(SITTINGS * REVIEWS)
        ]
        await self._send(student, "POST", CARDS, json=body)
        body = {"course": self.course, "title": "Cells", "time_limit_minutes": 30}
        self.quiz = (await self._send(student, "POST", QUIZZES, json=body))["id"]
        for number in range(QUESTIONS):
            question = {
                "question_text": f"Is {number} the answer?",
                "question_type": "multiple_choice",
                "options": [{"text": "yes", "is_correct": True}, {"text": "no"}],
            }
            await self._send(student, "POST", f"{QUIZZES}{self.quiz}/questions/", json=question)
        await self.stack.drain()
        await self.stack.advance(hours=18)  # until the next morning; the reminder of the evening is sent

    async def live(self) -> None:
        """Live the day, and let all that follows from it be done by midnight."""
        midnight = self.stack.clock.now().replace(hour=23, minute=59)
        self.used = count_usage(self.stack)
        student = self.stack.client()
        login = {"username": "student", "password": PASSWORD}
        signed_in = await self._send(student, "POST", f"{API}accounts/login/", json=login)
        student.headers["Authorization"] = f"Bearer {signed_in['access']}"
        await self._send(student, "GET", f"{API}accounts/dashboard/")
        await self._review(student)
        await self._take_quiz(student)
        order = {"course_id": self.course, "document_ids": [self.document], "count": GENERATED}
        made = await self._send(student, "POST", f"{CARDS}generate/", json=order)
        assert len(made["flashcards"]) == GENERATED
        await self._review(student)
        await self.stack.advance(minutes=1)
        await self._send(student, "GET", f"{API}accounts/dashboard/")
        await self.stack.advance(seconds=(midnight - self.stack.clock.now()).total_seconds())

    async def _review(self, student: httpx.AsyncClient) -> None:
        """Have a sitting of twenty reviews, a quarter of a minute each."""
        due = await self._send(student, "GET", f"{CARDS}due/")
        own = [card["id"] for card in due if card["question"].startswith("What was found")]
        assert len(own) == REVIEWS, len(own)
        for card in own:
            await self.stack.advance(seconds=15)
            body = {"quality_response": 4, "response_time_seconds": 9}
            await self._send(student, "POST", f"{CARDS}{card}/review/", json=body)

    async def _take_quiz(self, student: httpx.AsyncClient) -> None:
        attempt = await self._send(student, "POST", f"{QUIZZES}{self.quiz}/start_attempt/")
        path = f"{ATTEMPTS}{attempt['attempt_id']}/"
        for question in attempt["questions"]:
            await self.stack.advance(seconds=10)
            body = {"question": question["id"], "selected_options": [question["options"][0]["id"]]}
            await self._send(student, "POST", f"{path}submit_response/", json=body)
        await self._send(student, "POST", f"{path}complete/")
        await self.stack.advance(minutes=5)

    async def _send(self, student: httpx.AsyncClient, method: str, path: str, **content: Any) -> Any:
        self.used.requests += 1
        answer = await student.request(method, path, **content)
        assert answer.status_code < 300, answer.text
        self.used.bytes += len(answer.content)
        return answer.json()
