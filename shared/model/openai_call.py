"""Asking the chat-completions API: streaming, time limits and asking again."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from openai import AsyncOpenAI, AsyncStream, Timeout
from openai.types.chat import ChatCompletionChunk

from shared.model.answers import Reader, Unreadable
from shared.model.openai_failures import TROUBLE, CallFailed, broken_off, call_failed, refused
from shared.model.openai_wire import Answer, Chunk, Spent
from shared.model.prompting import Prompt
from shared.model.protocol import ModelUnavailable, ModelUnusable
from shared.retries import RetryPolicy

T = TypeVar("T")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CallLimits:
    """Time limits of a call, in seconds, and its retries. `chance` gives numbers from 0 to 1."""

    silence: float  # to the first byte, and from one to the next
    total: float
    retries: RetryPolicy
    chance: Callable[[], float]

    def pause_after(self, failure: CallFailed, attempt: int) -> float:
        """Return the seconds to wait after this attempt. Raises the failure's error where a retry is useless,
        or has to wait longer than the policy allows."""
        requested = None if failure.wait is None else timedelta(seconds=failure.wait)
        too_long = requested is not None and requested > self.retries.max_pause
        if not failure.passing or self.retries.is_last(attempt) or too_long:
            raise failure.error from None
        pause = self.retries.pause_after(attempt, chance=self.chance(), requested=requested)
        return pause.total_seconds()


class Caller:
    """One client, shared by all calls; its pool takes 1000 connections at a time."""

    def __init__(self, *, api_key: str, base_url: str, model: str, limits: CallLimits) -> None:
        self._model = model
        self._limits = limits
        self._client = AsyncOpenAI(
            api_key=api_key,
            base_url=base_url or None,
            timeout=Timeout(limits.silence, connect=min(limits.silence, 5.0)),
            max_retries=0,  # `answers` tries again itself: it knows what was handed out already
        )

    async def answers(self, reader: Reader[T], spent: Spent) -> AsyncGenerator[T, None]:
        """What `reader` makes of the answer. Raises ModelUnavailable, ModelRefused, ModelUnusable."""
        until = asyncio.get_running_loop().time() + self._limits.total
        attempt = 1
        asked_again = False
        while True:
            try:
                async with aclosing(self._once(reader, spent, until)) as found:
                    async for item in found:
                        yield item
            except Unreadable:
                if asked_again:
                    raise ModelUnusable from None
                asked_again = True
            except CallFailed as failure:
                _log.warning("language model call failed: %s", failure)
                if reader.fruitful:
                    raise failure.error from None
                await _pause(self._limits.pause_after(failure, attempt), until)
                attempt += 1
            else:
                return

    async def aclose(self) -> None:
        await self._client.close()

    async def _once(self, reader: Reader[T], spent: Spent, until: float) -> AsyncGenerator[T, None]:
        prompt = reader.prompt()
        answer = Answer()
        try:
            async with aclosing(self._pieces(prompt, answer, until)) as pieces:
                async for piece in pieces:
                    for item in reader.read(piece):
                        yield item
        finally:
            if answer.accepted:
                spent.add(answer, asked=prompt.length)
        for item in reader.finish(truncated=answer.truncated):
            yield item

    async def _pieces(self, prompt: Prompt, answer: Answer, until: float) -> AsyncGenerator[str, None]:
        try:
            async with await _in_time(self._open(prompt), until) as stream:
                answer.accepted = True
                async with aclosing(_chunks(stream)) as chunks:
                    while (chunk := await _in_time(anext(chunks, None), until)) is not None:
                        yield answer.take(chunk)
        except TROUBLE as error:
            raise call_failed(error) from None
        if answer.refused:
            raise refused()
        if not answer.finish:
            raise broken_off()

    async def _open(self, prompt: Prompt) -> AsyncStream[ChatCompletionChunk]:
        return await self._client.chat.completions.create(
            model=self._model,
            messages=[{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
            response_format={
                "type": "json_schema",
                "json_schema": {"name": prompt.name, "strict": True, "schema": dict(prompt.schema)},
            },
            stream=True,
            stream_options={"include_usage": True},
        )


async def _chunks(stream: AsyncStream[ChatCompletionChunk]) -> AsyncGenerator[Chunk, None]:
    """The chunks of an answer; one for all where the server does not stream."""
    if "json" in stream.response.headers.get("content-type", ""):
        yield Chunk.model_validate_json(await stream.response.aread())
        return
    async for chunk in stream:
        yield Chunk.model_validate(chunk)


async def _in_time(wanted: Awaitable[T], until: float) -> T:
    async with asyncio.timeout_at(until):
        return await wanted


async def _pause(seconds: float, until: float) -> None:
    if asyncio.get_running_loop().time() + seconds > until:
        raise ModelUnavailable(retry_after=max(seconds, 1.0)) from None
    await asyncio.sleep(seconds)
