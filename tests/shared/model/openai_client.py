"""Calls of the OpenAI adapter over the scripted server."""

import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from shared.model.openai_model import OpenAIModel
from shared.model.protocol import (
    CardDraft,
    CardRequest,
    ModelRefused,
    ModelUnavailable,
    ModelUnusable,
    Passage,
    QuestionDraft,
    QuestionRequest,
    SummaryRequest,
    Usage,
)
from tests.deadlines import DEADLINE_SECONDS
from tests.retries import quick_retries
from tests.scripted_openai import ScriptedOpenAI, card

KEY = "sk-very-secret-0123456789"
PASSAGES = (
    Passage(
        chunk_id="c1",
        document_id="d1",
        text="Chlorophyll absorbs light. It is found in the chloroplasts of plant cells.",
        page=3,
    ),
    Passage(
        chunk_id="c2",
        document_id="d1",
        text="The Calvin cycle fixes carbon dioxide into sugar. It takes place in the stroma.",
        page=4,
    ),
)
REQUEST = CardRequest(passages=PASSAGES, count=5)
SUMMARY_REQUEST = SummaryRequest(passages=PASSAGES)
WATER = card(question="What is split?", answer="Water")
OXYGEN = card(question="What is set free?", answer="Oxygen")
SUGAR = card(question="What is built?", answer="Sugar")

Failure = ModelUnavailable | ModelRefused | ModelUnusable


@asynccontextmanager
async def open_model(server: ScriptedOpenAI, **settings: Any) -> AsyncIterator[OpenAIModel]:
    quick: dict[str, Any] = {"timeout": DEADLINE_SECONDS, "retries": quick_retries()}
    model = OpenAIModel(api_key=KEY, base_url=server.base_url, model="gpt-test", **(quick | settings))
    try:
        yield model
    finally:
        await model.aclose()


@dataclass
class Received:
    """All items of one request, in order, with the seconds until each came."""

    items: list[CardDraft | QuestionDraft | Usage] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    failure: Failure | None = None

    @property
    def answers(self) -> list[str]:
        return [item.answer for item in self.items if isinstance(item, CardDraft)]

    @property
    def questions(self) -> list[QuestionDraft]:
        return [item for item in self.items if isinstance(item, QuestionDraft)]

    @property
    def usages(self) -> list[Usage]:
        return [item for item in self.items if isinstance(item, Usage)]

    @property
    def tokens(self) -> tuple[int, int]:
        """The tokens of the one Usage, which comes last."""
        (usage,) = self.usages
        assert self.items[-1] is usage
        return usage.input_tokens, usage.output_tokens


async def receive(model: OpenAIModel, request: CardRequest | QuestionRequest = REQUEST) -> Received:
    heard = Received()
    began = time.monotonic()
    try:
        async for item in _drafts(model, request):
            heard.items.append(item)
            heard.times.append(time.monotonic() - began)
    except (ModelUnavailable, ModelRefused, ModelUnusable) as failure:
        heard.failure = failure
    return heard


def _drafts(
    model: OpenAIModel, request: CardRequest | QuestionRequest
) -> AsyncIterator[CardDraft | QuestionDraft | Usage]:
    return model.questions(request) if isinstance(request, QuestionRequest) else model.cards(request)


async def receive_from(
    server: ScriptedOpenAI, request: CardRequest | QuestionRequest = REQUEST, /, **settings: Any
) -> Received:
    """Start `server` for one request and receive all of it."""
    async with server, open_model(server, **settings) as model:
        return await receive(model, request)


def write_card(card: Mapping[str, Any]) -> str:
    """Write a card as a model does."""
    return json.dumps(card)
