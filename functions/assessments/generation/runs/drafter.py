"""Drafting items: the model proposes, the gate judges."""

from collections.abc import AsyncIterator
from typing import Generic, Protocol, TypeVar

from functions.assessments.generation.gate import Dropped
from shared.clock import Clock
from shared.errors import ApiError
from shared.model.protocol import CardDraft, QuestionDraft, Usage

D_contra = TypeVar("D_contra", bound=CardDraft | QuestionDraft, contravariant=True)
D = TypeVar("D", bound=CardDraft | QuestionDraft)
A_co = TypeVar("A_co", covariant=True)
A = TypeVar("A")


class Judge(Protocol[D_contra, A_co]):
    """A gate that accepts a draft or drops it; `dropped` counts the drafts by reason."""

    @property
    def dropped(self) -> dict[str, int]: ...

    def judge(self, draft: D_contra, /) -> A_co | Dropped: ...


class Drafter(Generic[D, A]):
    """One call of the model, whose drafts pass a gate. Its figures are valid even after `items` raised."""

    def __init__(self, gate: Judge[D, A], *, limit: int, clock: Clock) -> None:
        self._gate = gate
        self._limit = limit
        self._clock = clock
        self.usage = Usage(model="")
        self.proposed = 0
        self.accepted: list[A] = []
        self.milliseconds = 0

    @property
    def dropped(self) -> dict[str, int]:
        return self._gate.dropped

    @property
    def tokens(self) -> int:
        return self.usage.input_tokens + self.usage.output_tokens

    async def items(self, drafts: AsyncIterator[D | Usage]) -> AsyncIterator[A]:
        """Yield each item as soon as it passes. Raises the model's errors.

        Drains the stream even when enough was accepted: usage comes last.
        """
        began = self._clock.now()
        try:
            async for draft in drafts:
                if isinstance(draft, Usage):
                    self.usage = draft
                elif len(self.accepted) < self._limit:
                    self.proposed += 1
                    verdict = self._gate.judge(draft)
                    if not isinstance(verdict, Dropped):
                        self.accepted.append(verdict)
                        yield verdict
        except ApiError:
            # All or nothing: a client would take the part of an order before an error for the whole.
            self.accepted.clear()
            raise
        finally:
            self.milliseconds = round((self._clock.now() - began).total_seconds() * 1000)
