"""From passages to cards that hold: the model proposes, the gate judges."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from functions.assessments.generation.errors import NothingUsable
from functions.assessments.generation.gate import AcceptedCard, Gate
from functions.assessments.generation.models import Order
from shared.errors import ApiError
from shared.model.protocol import CardRequest, Model, Passage, Usage

_MOST_AVOIDED = 60


@dataclass
class Drafting:
    """One run of the model through the gate. `usage` is true also when `cards` ended in an error."""

    order: Order
    passages: tuple[Passage, ...]
    existing: Sequence[tuple[str, str]]
    usage: Usage = field(default_factory=lambda: Usage(model=""))
    proposed: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    accepted: list[AcceptedCard] = field(default_factory=list)

    async def cards(self, model: Model) -> AsyncIterator[AcceptedCard]:
        """Each card that passes, as soon as it does. The model is heard to its end: only then it tells
        what it cost. Raises the model's errors where they leave nothing to keep, and NothingUsable."""
        gate = Gate(passages=self.passages, existing=self.existing)
        try:
            async for item in model.cards(self._request()):
                if isinstance(item, Usage):
                    self.usage = item
                elif len(self.accepted) < self.order.count:
                    self.proposed += 1
                    verdict = gate.judge(item)
                    if isinstance(verdict, AcceptedCard):
                        self.accepted.append(verdict)
                        yield verdict
        except ApiError:
            # All or nothing: half of what was asked for, after an error, is not what was asked for.
            self.accepted.clear()
            raise
        finally:
            self.dropped = gate.dropped
        if not self.accepted:
            raise NothingUsable

    def _request(self) -> CardRequest:
        return CardRequest(
            passages=self.passages,
            count=self.order.count,
            topic=self.order.topic,
            difficulty=self.order.difficulty_level,
            language=self.order.language,
            avoid=tuple(question for question, _ in self.existing[:_MOST_AVOIDED]),
        )
