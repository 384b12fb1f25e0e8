"""Calls of the chat-completions API: streaming, time limits and retries."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from openai import AsyncOpenAI, AsyncStream, Timeout
from openai.types.chat import ChatCompletionChunk

from shared.model.openai_failures import (
    CALL_ERRORS,
    CallFailed,
    classify_error,
    describe_refusal,
    describe_truncation,
)
from shared.model.openai_wire import Answer, Chunk, TokenMeter
from shared.model.prompt_parts import Prompt
from shared.model.protocol import ModelUnavailable, ModelUnusable
from shared.model.readers import Reader, UnreadableAnswer
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
        """Return the seconds to wait after this attempt.

        Raises the failure's error where a retry is useless, or has to wait longer than the policy
        allows.
        """
        requested = None if failure.retry_after is None else timedelta(seconds=failure.retry_after)
        too_long = requested is not None and requested > self.retries.max_pause
        if not failure.transient or self.retries.is_last(attempt) or too_long:
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
            max_retries=0,  # `stream_items` tries again itself: it knows what was handed out already
        )

    async def stream_items(self, reader: Reader[T], meter: TokenMeter) -> AsyncGenerator[T, None]:
        """Yield what `reader` makes of the answer. Raises ModelUnavailable, ModelRefused, ModelUnusable."""
        deadline = asyncio.get_running_loop().time() + self._limits.total
        attempt = 1
        asked_again = False
        while True:
            try:
                async with aclosing(self._call_once(reader, meter, deadline)) as items:
                    async for item in items:
                        yield item
            except UnreadableAnswer:
                if asked_again:
                    raise ModelUnusable from None
                asked_again = True
            except CallFailed as failure:
                _log.warning("language model call failed: %s", failure)
                if reader.has_results:
                    raise failure.error from None
                await _pause(self._limits.pause_after(failure, attempt), deadline)
                attempt += 1
            else:
                return

    async def aclose(self) -> None:
        """Close the client's connections."""
        await self._client.close()

    async def _call_once(
        self, reader: Reader[T], meter: TokenMeter, deadline: float
    ) -> AsyncGenerator[T, None]:
        prompt = reader.next_prompt()
        answer = Answer()
        try:
            async with aclosing(self._stream_pieces(prompt, answer, deadline)) as pieces:
                async for piece in pieces:
                    for item in reader.read(piece):
                        yield item
        finally:
            if answer.accepted:
                meter.add(answer, prompt_chars=prompt.length)
        for item in reader.finish(truncated=answer.truncated):
            yield item

    async def _stream_pieces(
        self, prompt: Prompt, answer: Answer, deadline: float
    ) -> AsyncGenerator[str, None]:
        try:
            async with await _await_until(self._open(prompt), deadline) as stream:
                answer.accepted = True
                async with aclosing(_stream_chunks(stream)) as chunks:
                    while (chunk := await _await_until(anext(chunks, None), deadline)) is not None:
                        yield answer.add_chunk(chunk)
        except CALL_ERRORS as error:
            raise classify_error(error) from None
        if answer.refused:
            raise describe_refusal()
        if not answer.finish_reason:
            raise describe_truncation()

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


async def _stream_chunks(stream: AsyncStream[ChatCompletionChunk]) -> AsyncGenerator[Chunk, None]:
    """Yield the chunks of an answer, a single one if the server does not stream."""
    if "json" in stream.response.headers.get("content-type", ""):
        yield Chunk.model_validate_json(await stream.response.aread())
        return
    async for chunk in stream:
        yield Chunk.model_validate(chunk)


async def _await_until(result: Awaitable[T], deadline: float) -> T:
    async with asyncio.timeout_at(deadline):
        return await result


async def _pause(seconds: float, deadline: float) -> None:
    if asyncio.get_running_loop().time() + seconds > deadline:
        raise ModelUnavailable(retry_after=max(seconds, 1.0)) from None
    await asyncio.sleep(seconds)
