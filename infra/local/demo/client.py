"""A client of the API, as a frontend has: typed answers, rate limits honoured, the cost of each step."""

import asyncio
import re
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from infra.local.demo.answers import Problem
from infra.local.demo.pace import Pace, Sleep

Answer = TypeVar("Answer", bound=BaseModel)

MAX_USER_CALLS_PER_MINUTE = 90  # the contract allows 100
MAX_ANONYMOUS_CALLS_PER_MINUTE = 18  # the contract allows 20
MAX_WAIT_SECONDS = 120.0  # a limit by the hour is not waited for
_MAX_ATTEMPTS = 4
OPERATIONS = ("reads", "writes", "deletes")
_COST = re.compile(rf"({'|'.join(OPERATIONS)})=(\d+)")


class DemoFailed(Exception):
    """The demo can't go on; the text is a sentence for the person who runs it."""


class Refused(DemoFailed):
    """The API answered with an error that the step had no use for."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        request = response.request
        super().__init__(
            f"{request.method} {request.url.path} answered {self.status}: {_describe_problem(response)}"
        )


@dataclass
class Step:
    """A step's calls, seconds and store operations; `outcome` says what was done."""

    title: str
    outcome: str = ""
    calls: int = 0
    seconds: float = 0.0
    cost: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OPERATIONS, 0))

    def note(self, response: httpx.Response) -> None:
        """Count an answer and the cost in its header."""
        self.calls += 1
        for name, number in _COST.findall(response.headers.get("X-Store-Cost", "")):
            self.cost[name] += int(number)


class Client:
    """A caller of the API within steps; `say` hears about each pause that a rate limit asks for."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        say: Callable[[str], None],
        sleep: Sleep = asyncio.sleep,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.steps: list[Step] = []
        self.access: str | None = None
        self.sleep = sleep
        self._http = http
        self._say = say
        self._timer = timer
        self._signed_in = Pace(MAX_USER_CALLS_PER_MINUTE, timer=timer, sleep=sleep)
        self._anonymous = Pace(MAX_ANONYMOUS_CALLS_PER_MINUTE, timer=timer, sleep=sleep)

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Count the calls inside for this step."""
        step = Step(title)
        self.steps.append(step)
        started = self._timer()
        try:
            yield step
        finally:
            step.seconds = self._timer() - started

    async def ask(self, shape: type[Answer], method: str, path: str, **options: Any) -> Answer:
        """Return the answer in its shape.

        Raises Refused for an error, DemoFailed for an answer of another shape.
        """
        response = await self.send(method, path, **options)
        return parse_answer(shape, response)

    async def send(
        self, method: str, path: str, *, allow: Collection[int] = (), **options: Any
    ) -> httpx.Response:
        """Return the answer; wait and ask again on 429. Raises Refused for errors that are not allowed."""
        response = await self._once(method, path, **options)
        for _ in range(_MAX_ATTEMPTS - 1):
            if response.status_code != 429:
                break
            await self._wait(response)
            response = await self._once(method, path, **options)
        if response.is_error and response.status_code not in allow:
            raise Refused(response)
        return response

    async def _once(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.access}"} if self.access else {}
        await (self._signed_in if self.access else self._anonymous).wait_for_turn()
        try:
            response = await self._http.request(method, path, headers=headers, **options)
        except httpx.HTTPError as error:
            raise DemoFailed(
                f"{method} {path} got no answer: {str(error) or type(error).__name__}"
            ) from error
        self.steps[-1].note(response)
        return response

    async def _wait(self, response: httpx.Response) -> None:
        pause = _read_retry_after(response)
        if pause > MAX_WAIT_SECONDS:
            raise Refused(response)
        self._say(f"The rate limit is reached; waiting {pause:.0f} s, as the answer's Retry-After asks.")
        await self.sleep(pause)


def parse_answer(shape: type[Answer], response: httpx.Response) -> Answer:
    """Parse the body into its shape. Raises DemoFailed."""
    try:
        return shape.model_validate_json(response.content)
    except ValidationError as error:
        request = response.request
        call = f"{request.method} {request.url.path}"
        raise DemoFailed(f"{call} did not answer as the contract requires: {error}") from error


def _read_retry_after(response: httpx.Response) -> float:
    try:
        return max(1.0, float(response.headers.get("Retry-After", "")))
    except ValueError:
        return 5.0


def _describe_problem(response: httpx.Response) -> str:
    """Describe the error in a body, with the request id to look for in the log."""
    try:
        problem = Problem.model_validate_json(response.content)
    except ValidationError:
        return f"{response.text[:200]} (request {response.headers.get('X-Request-ID', 'unknown')})"
    fields = "".join(f"; {name}: {' '.join(messages)}" for name, messages in problem.details.items())
    wait = f"; retry after {_read_retry_after(response):.0f} s" if response.status_code == 429 else ""
    return f"{problem.error}{fields}{wait} ({problem.error_code}, request {problem.request_id})"
