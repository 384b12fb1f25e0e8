"""The model port over OpenAI, or anything that speaks its chat-completions API."""

import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from datetime import timedelta
from typing import TypeVar

from shared.model.answers import GradeReader, Reader, SummaryReader
from shared.model.answers_drafts import card_reader, question_reader
from shared.model.openai_wire import Spent
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
from shared.retries import RetryPolicy

D = TypeVar("D")

_RETRIES = RetryPolicy(
    first_pause=timedelta(seconds=1), max_pause=timedelta(seconds=20), max_attempts=3, jitter=0.5
)


class OpenAIModel:
    """Times are in seconds: `timeout` of silence, `deadline` for a whole answer with all retries (by default
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
        return self._name

    async def cards(self, request: CardRequest) -> AsyncIterator[CardDraft | Usage]:
        """Cards as they are finished, then one Usage; before an error only if tokens were spent.

        Raises ModelUnavailable, ModelRefused, ModelUnusable.
        """
        async with aclosing(self._drafts(card_reader(request))) as found:
            async for item in found:
                yield item

    async def questions(self, request: QuestionRequest) -> AsyncIterator[QuestionDraft | Usage]:
        """As `cards`."""
        async with aclosing(self._drafts(question_reader(request))) as found:
            async for item in found:
                yield item

    async def summarize(self, request: SummaryRequest) -> Summary:
        """A summary with those citations that stand in their passage.

        Raises ModelUnavailable, ModelRefused, ModelUnusable.
        """
        (text, citations), usage = await self._whole(SummaryReader(request))
        return Summary(text=text, citations=citations, usage=usage)

    async def grade(self, request: GradeRequest) -> Grade:
        """The points of the rubric, each given only with the words of the answer that earn it.

        Raises ModelUnavailable, ModelRefused, ModelUnusable.
        """
        (points, feedback), usage = await self._whole(GradeReader(request))
        return Grade(points=points, feedback=feedback, usage=usage)

    async def _drafts(self, reader: Reader[D]) -> AsyncGenerator[D | Usage, None]:
        spent = Spent(self._name)
        try:
            async with aclosing(self._caller.answers(reader, spent)) as drafts:
                async for draft in drafts:
                    yield draft
        except (ModelUnavailable, ModelRefused, ModelUnusable):
            if spent:
                yield spent.usage
            raise
        yield spent.usage

    async def _whole(self, reader: Reader[D]) -> tuple[D, Usage]:
        """The one thing the answer holds, and its tokens. After a failure the error has them as `spent`."""
        spent = Spent(self._name)
        try:
            async with aclosing(self._caller.answers(reader, spent)) as found:
                whole = await anext(found)
        except (ModelUnavailable, ModelRefused, ModelUnusable) as failure:
            failure.spent = spent.usage if spent else None
            raise
        return whole, spent.usage

    async def aclose(self) -> None:
        await self._caller.aclose()
