"""The model port over OpenAI, or anything that speaks its chat-completions API."""

import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from datetime import timedelta
from typing import TypeVar

from shared.model.draft_readers import build_card_reader, build_question_reader
from shared.model.openai_wire import TokenMeter
from shared.model.protocol import (
    CardDraft,
    CardRequest,
    Grade,
    GradeRequest,
    ModelRefused,
    ModelUnavailable,
    ModelUnusable,
    QuestionDraft,
    QuestionRequest,
    Summary,
    SummaryRequest,
    Usage,
)
from shared.model.readers import GradeReader, Reader, SummaryReader
from shared.retries import RetryPolicy

D = TypeVar("D")

_RETRIES = RetryPolicy(
    first_pause=timedelta(seconds=1), max_pause=timedelta(seconds=20), max_attempts=3, jitter=0.5
)


class OpenAIModel:
    """The model behind an API key.

    Times are in seconds: `timeout` of silence, `deadline` for a whole answer with all retries (by default
    five times `timeout`). A Retry-After beyond the longest pause of `retries` is handed on to the client.
    Usage is what the API bills; where it does not say, a quarter of the characters.
    """

    def __init__(
        self,
        *,
        api_key: str,
        base_url: str,
        model: str,
        timeout: float,
        deadline: float | None = None,
        retries: RetryPolicy = _RETRIES,
        chance: Callable[[], float] = random.random,
    ) -> None:
        from shared.model.openai_call import Caller, CallLimits

        limits = CallLimits(silence=timeout, total=deadline or 5 * timeout, retries=retries, chance=chance)
        self._name = model
        self._caller = Caller(api_key=api_key, base_url=base_url, model=model, limits=limits)

    @property
    def name(self) -> str:
        """The vendor's name of the model."""
        return self._name

    async def cards(self, request: CardRequest) -> AsyncIterator[CardDraft | Usage]:
        """Yield cards as they are finished, then one Usage; before an error only if tokens were spent.

        Raises ModelUnavailable, ModelRefused, ModelUnusable.
        """
        async with aclosing(self._stream_drafts(build_card_reader(request))) as drafts:
            async for item in drafts:
                yield item

    async def questions(self, request: QuestionRequest) -> AsyncIterator[QuestionDraft | Usage]:
        """Yield questions as `cards` does cards."""
        async with aclosing(self._stream_drafts(build_question_reader(request))) as drafts:
            async for item in drafts:
                yield item

    async def summarize(self, request: SummaryRequest) -> Summary:
        """Summarise the passages, with those citations that stand in their passage.

        Raises ModelUnavailable, ModelRefused, ModelUnusable.
        """
        (text, citations), usage = await self._read_whole(SummaryReader(request))
        return Summary(text=text, citations=citations, usage=usage)

    async def grade(self, request: GradeRequest) -> Grade:
        """Give the points of the rubric, each only with the words of the answer that earn it.

        Raises ModelUnavailable, ModelRefused, ModelUnusable.
        """
        (points, feedback), usage = await self._read_whole(GradeReader(request))
        return Grade(points=points, feedback=feedback, usage=usage)

    async def _stream_drafts(self, reader: Reader[D]) -> AsyncGenerator[D | Usage, None]:
        meter = TokenMeter(self._name)
        try:
            async with aclosing(self._caller.stream_items(reader, meter)) as drafts:
                async for draft in drafts:
                    yield draft
        except (ModelUnavailable, ModelRefused, ModelUnusable):
            if meter:
                yield meter.usage
            raise
        yield meter.usage

    async def _read_whole(self, reader: Reader[D]) -> tuple[D, Usage]:
        """Return the one thing the answer holds, and its tokens; a failure has them as `spent`."""
        meter = TokenMeter(self._name)
        try:
            async with aclosing(self._caller.stream_items(reader, meter)) as items:
                whole = await anext(items)
        except (ModelUnavailable, ModelRefused, ModelUnusable) as failure:
            failure.spent = meter.usage if meter else None
            raise
        return whole, meter.usage

    async def aclose(self) -> None:
        """Close the client's connections."""
        await self._caller.aclose()
