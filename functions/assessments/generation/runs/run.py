"""One run of the model over an order: cards, questions, or both, each through its gate."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from functions.assessments.generation.gate import AcceptedCard, AcceptedQuestion, CardGate, QuestionGate
from functions.assessments.generation.runs.context import (
    GenerationContext,
    build_card_request,
    build_question_request,
)
from functions.assessments.generation.runs.drafter import Drafter
from functions.assessments.generation.runs.errors import NothingOnTopic, NothingUsable
from functions.assessments.generation.runs.models import Order
from shared.clock import Clock
from shared.model.protocol import CardDraft, Model, QuestionDraft

CardDrafter = Drafter[CardDraft, AcceptedCard]
QuestionDrafter = Drafter[QuestionDraft, AcceptedQuestion]


@dataclass(frozen=True)
class GenerationRun:
    """One attempt at an order. Its figures are valid even after `items` raised."""

    order: Order
    context: GenerationContext
    generator: str
    cards: CardDrafter
    questions: QuestionDrafter

    @property
    def drafters(self) -> tuple[CardDrafter, QuestionDrafter]:
        return self.cards, self.questions

    @property
    def accepted(self) -> int:
        return sum(len(drafter.accepted) for drafter in self.drafters)

    @property
    def tokens(self) -> int:
        return sum(drafter.tokens for drafter in self.drafters)

    @property
    def concepts(self) -> Iterator[str]:
        for drafter in self.drafters:
            yield from (item.concept for item in drafter.accepted)

    async def items(self, model: Model) -> AsyncIterator[AcceptedCard | AcceptedQuestion]:
        """Yield each item as soon as it has passed its gate.

        Raises the model's errors; NothingOnTopic or NothingUsable if no item passed.
        """
        if self.order.count:
            async for card in self.cards.items(model.cards(build_card_request(self.order, self.context))):
                yield card
        if self.order.questions:
            request = build_question_request(self.order, self.context)
            async for question in self.questions.items(model.questions(request)):
                yield question
        if self.accepted:
            return
        if not self.context.passages and self.order.topic:
            raise NothingOnTopic(self.order.topic)
        raise NothingUsable


def begin_run(order: Order, context: GenerationContext, *, generator: str, clock: Clock) -> GenerationRun:
    """Prepare a run with a gate for cards and one for questions."""
    passages, concepts = context.passages, context.concepts
    card_gate = CardGate(passages=passages, existing=context.cards, concepts=concepts)
    question_gate = QuestionGate(passages=passages, existing=context.questions, concepts=concepts)
    return GenerationRun(
        order,
        context,
        generator,
        Drafter(card_gate, limit=order.count, clock=clock),
        Drafter(question_gate, limit=order.questions, clock=clock),
    )
