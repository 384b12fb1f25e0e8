"""Measure generations on one instance of the function, one at a time and many at the same time."""

import asyncio
import itertools
import json
import os
import re
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from infra.local.emulated.children import HOST, Child, free_ports, start, stop
from infra.local.emulated.functions import ROOT, functions

_GENERATE = "/api/v1/assessments/flashcards/generate/"
_FACTS = range(1, 121)  # so many that no two generations write the same card
_TEXT = "\n\n".join(f"Probe {number} reached the star {1000 + number}." for number in _FACTS)
_PASSAGE = re.compile(r'passage "([^"]+)">>>\n(.*?)\n<<<', re.DOTALL)
_FACT = re.compile(r"Probe (\d+) reached the star (\d+)\.")
_HIGH_LIMITS = {"RATE_LIMIT_GENERATIONS_PER_HOUR": "10000", "RATE_LIMIT_USER_PER_MINUTE": "100000"}

_requests = itertools.count()


async def _complete(request: Request) -> JSONResponse:
    """Answer as OpenAI's API does, after MODEL_SECONDS, with a different card each time."""
    prompt = (await request.json())["messages"][1]["content"]
    await asyncio.sleep(float(os.environ["MODEL_SECONDS"]))
    cards = [_card(chunk, fact) for chunk, text in _PASSAGE.findall(prompt) for fact in _FACT.finditer(text)]
    content = json.dumps({"cards": [cards[next(_requests) % len(cards)]]})
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    head = {"id": "1", "object": "chat.completion", "created": 1, "model": "slow"}
    return JSONResponse({**head, "choices": [choice]})


def _card(chunk: str, fact: re.Match[str]) -> dict[str, Any]:
    return {
        "question": f"Which star did probe {fact[1]} reach?",
        "answer": f"The star {fact[2]}",
        "quote": fact[0],
        "chunk_id": chunk,
        "explanation": "The notes say so.",
        "card_type": "basic",
        "difficulty": "medium",
        "confidence": 0.9,
        "concept": "Probes",
    }


slow_model = Starlette(routes=[Route("/v1/chat/completions", _complete, methods=["POST"])])


async def measure_seconds(folder: Path, numbers: Sequence[int], *, model: float) -> list[float]:
    """Time each number of concurrent generations, with a model that takes `model` seconds."""
    async with _instance(folder, model=model) as (stack, url):
        token, order = await _prepare_learner(stack)
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=120, trust_env=False) as http:
            await _generate(http, order, 1)  # the first request loads libraries
            return [await _generate(http, order, number) for number in numbers]


async def _generate(http: httpx.AsyncClient, order: dict[str, Any], number: int) -> float:
    started = time.perf_counter()
    answers = await asyncio.gather(*(http.post(_GENERATE, json=order) for _ in range(number)))
    seconds = time.perf_counter() - started
    for answer in answers:
        answer.raise_for_status()
    return seconds


@asynccontextmanager
async def _instance(folder: Path, *, model: float) -> AsyncIterator[tuple[str, str]]:
    """Yield the addresses of a stack, and of a function that shares its data and uses the slow model."""
    stack_port, model_port = free_ports(2)
    url = f"http://localhost:{stack_port}"
    data = {"DATA_DIR": str(folder), "PUBLIC_URL": url, "PYTHONPATH": str(ROOT), **_HIGH_LIMITS}
    openai = {"OPENAI_API_KEY": "key", "OPENAI_BASE_URL": f"http://{HOST}:{model_port}/v1"}
    serve = (sys.executable, "-m", "uvicorn", "infra.concurrency:slow_model", f"--port={model_port}")
    function = functions(data | openai, folder=folder)["assessments", "api"]
    children = [
        _child("stack", (sys.executable, "-m", "infra.local", "run"), stack_port, folder, data),
        _child("model", serve, model_port, folder, {**data, "MODEL_SECONDS": str(model)}),
        function.child,
    ]
    try:
        await start(children)
        yield url, function.url
    finally:
        await stop(children)


def _child(name: str, command: Sequence[str], port: int, folder: Path, environment: dict[str, str]) -> Child:
    log = folder / "logs" / f"{name}.log"
    return Child(f"The {name}", command, port, log, {**environment, "PORT": str(port)})


async def _prepare_learner(url: str) -> tuple[str, dict[str, Any]]:
    """Create a user with a processed document. Returns the access token and the body of a generation."""
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http:
        account = {"username": "bench", "email": "bench@example.com", "password": "correct horse 7"}
        token: str = (await _post(http, "/api/v1/accounts/register/", json=account))["access"]
        http.headers["Authorization"] = f"Bearer {token}"
        course = (await _post(http, "/api/v1/courses/", json={"name": "Biology"}))["id"]
        documents = f"/api/v1/courses/{course}/documents/"
        uploaded = await _post(http, f"{documents}upload/", files={"file": ("notes.md", _TEXT.encode())})
        document = uploaded["document"]["id"]
        while True:
            status = await http.get(f"{documents}{document}/processing_status/")
            if status.raise_for_status().json()["processing_status"] == "completed":
                return token, {"course_id": course, "document_ids": [document], "count": 1}
            await asyncio.sleep(0.2)


async def _post(http: httpx.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    answer = await http.post(path, **body)
    created: dict[str, Any] = answer.raise_for_status().json()
    return created
