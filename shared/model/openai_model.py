"""The model port over OpenAI, or anything that speaks its chat-completions API."""

import logging
import random
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

from shared.model.answers import CardReader, SummaryReader
from shared.model.openai_wire import Spent
from shared.model.protocol import (
    CardDraft,
    CardRequest,
    ModelRefused,
    ModelUnavailable,
    ModelUnusable,
    Summary,
    SummaryRequest,
    Usage,
)

_log = logging.getLogger(__name__)


class OpenAIModel:
    """Times are in seconds: `timeout` of silence, `deadline` for a whole answer with all retries (by default
    five times `timeout`), `retry_pause` before the first of `max_retries` retries, doubled each time.

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
        max_retries: int = 2,
        retry_pause: float = 0.5,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        from shared.model.openai_call import Caller, Patience

        patience = Patience(
            silence=timeout,
            total=deadline or 5 * timeout,
            retries=max_retries,
            pause=retry_pause,
            jitter=jitter,
        )
        self._name = model
        self._caller = Caller(api_key=api_key, base_url=base_url, model=model, patience=patience)

    @property
    def name(self) -> str:
        return self._name

    async def cards(self, request: CardRequest) -> AsyncIterator[CardDraft | Usage]:
        """Cards as they are finished, then one Usage; before an error only if tokens were spent.

        Raises ModelUnavailable, ModelRefused, ModelUnusable.
        """
        spent = Spent(self._name)
        try:
            async with aclosing(self._caller.answers(CardReader(request), spent)) as cards:
                async for card in cards:
                    yield card
        except (ModelUnavailable, ModelRefused, ModelUnusable):
            if spent:
                yield spent.usage
            raise
        yield spent.usage

    async def summarize(self, request: SummaryRequest) -> Summary:
        """A summary with those citations that stand in their passage.

        Raises ModelUnavailable, ModelRefused, ModelUnusable.
        """
        spent = Spent(self._name)
        try:
            async with aclosing(self._caller.answers(SummaryReader(request), spent)) as found:
                text, citations = await anext(found)
        except (ModelUnavailable, ModelRefused, ModelUnusable):
            _log.warning("summary failed after %s", spent.usage)
            raise
        return Summary(text=text, citations=citations, usage=spent.usage)

    async def aclose(self) -> None:
        await self._caller.aclose()
