"""Clients that mean well and lose answers: each repeats a request until it is answered, and keeps count."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.deadlines import PROCESS_SECONDS

CARDS = "/api/v1/assessments/flashcards/"
_PAUSE = 0.05  # seconds before a request is repeated
_STEMS = ("osmo", "mito", "meio", "enzy", "ribo", "vacuo", "membra", "nucleo", "plasmi", "cyto")
_ENDINGS = ("sis", "some", "plast", "phyte", "gen", "lyte")

Send = Callable[[], Awaitable[httpx.Response]]


def lesson(number: int) -> bytes:
    """A small text unlike the others."""
    return f"# Lesson {number}\n\nLesson {number} is the one about the year {1000 + number}.\n".encode()


def glossary(number: int) -> bytes:
    """A text from which many cards can be made; equal numbers give equal texts."""
    words = [f"{stem}{ending}" for stem in _STEMS for ending in _ENDINGS][number::4]
    lines = [
        f"A {word} is a part of the cell that was first described in {1600 + 7 * place + number}.\n"
        for place, word in enumerate(words)
    ]
    return f"# Glossary {number}\n\n{chr(10).join(lines)}".encode()


@dataclass
class Answered:
    """Answers given so far, which must stay true."""

    documents: dict[str, str] = field(default_factory=dict)  # id by name
    cards: set[str] = field(default_factory=set)
    generated: set[str] = field(default_factory=set)
    reviews: Counter[str] = field(default_factory=Counter)  # by card
    jobs: set[str] = field(default_factory=set)
    resets: int = 0


class Clients:
    """One user's, over `http`, which may go away at any time until `enough` is set."""

    def __init__(
        self, http: httpx.AsyncClient, *, course: str, cards: list[str], sources: list[str], email: str
    ) -> None:
        self.http = http
        self.answered = Answered(reviews=Counter(dict.fromkeys(cards, 0)), cards=set(cards))
        self.enough = asyncio.Event()
        self.course = course
        self._cards = cards
        self._sources = sources
        self._email = email

    async def work(self) -> None:
        """Until `enough` is set and every request under way is answered."""
        await asyncio.gather(
            self._keep_on(self._upload, pause=0.4),
            self._keep_on(self._review),
            self._keep_on(self._review_as_another),
            self._keep_on(self._add, pause=0.02),
            self._keep_on(self._generate, pause=0.05),
            self._keep_on(self._have_generated, pause=0.05),
            self._keep_on(self._forget_password, pause=0.2),
        )

    async def _keep_on(self, habit: Callable[[int], Awaitable[None]], *, pause: float = 0) -> None:
        turn = 0
        while not self.enough.is_set():
            await habit(turn)
            turn += 1
            await asyncio.sleep(pause)

    async def _upload(self, turn: int) -> None:
        files = {"file": (f"lesson{turn}.md", lesson(turn), "text/markdown")}
        path = f"/api/v1/courses/{self.course}/documents/upload/"
        answer = await until_answered(lambda: self.http.post(path, files=files))
        document = expect(answer, 200, 201).json()["document"]
        self.answered.documents[document["name"]] = document["id"]

    async def _review(self, turn: int) -> None:
        await self._send_review(turn, f"phone-{turn}")

    async def _review_as_another(self, turn: int) -> None:
        await self._send_review(turn, f"laptop-{turn}")

    async def _send_review(self, turn: int, review_id: str) -> None:
        card = self._cards[turn % len(self._cards)]
        body = {"quality_response": 4, "client_review_id": review_id}
        answer = await until_answered(lambda: self.http.post(f"{CARDS}{card}/review/", json=body))
        expect(answer, 200)
        self.answered.reviews[card] += 1

    async def _add(self, turn: int) -> None:
        body = {"course": self.course, "question": f"Which turn is {turn}?", "answer": str(turn)}
        answer = await until_answered(lambda: self.http.post(CARDS, json=body))
        self.answered.cards.add(expect(answer, 201).json()["id"])

    async def _generate(self, turn: int) -> None:
        """In the end all that the sources hold is there (502)."""
        answer = expect(await self._ask_for_cards(turn, {}), 201, 502)
        if answer.status_code == 201:
            self.answered.generated |= {card["id"] for card in answer.json()["flashcards"]}

    async def _have_generated(self, turn: int) -> None:
        answer = expect(await self._ask_for_cards(turn, {"Prefer": "respond-async"}), 202)
        self.answered.jobs.add(answer.json()["job_id"])

    async def _ask_for_cards(self, turn: int, wish: dict[str, str]) -> httpx.Response:
        source = self._sources[turn % len(self._sources)]
        order = {"course_id": self.course, "document_ids": [source], "topic": "cell", "count": 2}
        path = f"{CARDS}generate/"
        return await until_answered(
            lambda: self.http.post(path, json=order, headers=wish, timeout=PROCESS_SECONDS)
        )

    async def _forget_password(self, _: int) -> None:
        path = "/api/v1/accounts/password-reset/"
        answer = await until_answered(lambda: self.http.post(path, json={"email": self._email}))
        self.answered.resets += expect(answer, 202, 429).status_code == 202


async def until_answered(send: Send) -> httpx.Response:
    """The first answer that is one: a server that is gone or in trouble is asked again."""
    while True:
        try:
            answer = await send()
        except httpx.TransportError:
            await asyncio.sleep(_PAUSE)
            continue
        if answer.status_code != 503:
            return answer
        await asyncio.sleep(_PAUSE)


def expect(answer: httpx.Response, *statuses: int) -> httpx.Response:
    request: Any = answer.request
    assert answer.status_code in statuses, (
        f"{request.method} {request.url}: {answer.status_code} {answer.text}"
    )
    return answer


async def listed(http: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    """Every page of a list."""
    results: list[dict[str, Any]] = []
    url: str | None = f"{path}?page_size=100"
    while url:
        page = expect(await http.get(url), 200).json()
        results += page["results"]
        url = page["next"]
    return results
