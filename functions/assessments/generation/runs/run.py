"""Making what an order asks for: cards, questions, or both, each through its gate."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from functions.assessments.generation.gate.cards import AcceptedCard, Gate
from functions.assessments.generation.gate.questions import AcceptedQuestion, QuestionGate
from functions.assessments.generation.runs.context import Material, card_request, question_request
from functions.assessments.generation.runs.drafter import Drafting
from functions.assessments.generation.runs.errors import NothingOnTopic, NothingUsable
from functions.assessments.generation.runs.item_views import card_view, question_view
from functions.assessments.generation.runs.models import Order
from functions.assessments.generation.runs.schemas import GeneratedCard, GeneratedQuestion
from shared.clock import Clock
from shared.model.protocol import CardDraft, Model, QuestionDraft

Item = GeneratedCard | GeneratedQuestion
CardDrafting = Drafting[CardDraft, AcceptedCard]
QuestionDrafting = Drafting[QuestionDraft, AcceptedQuestion]


@dataclass(frozen=True)
class Making:
    """One attempt at an order. What it took is known also when `items` ended in an error."""

    order: Order
    material: Material
    generator: str
    cards: CardDrafting
    questions: QuestionDrafting

    @property
    def draftings(self) -> tuple[CardDrafting, QuestionDrafting]:
        return self.cards, self.questions

    @property
    def made(self) -> int:
        return sum(len(drafting.accepted) for drafting in self.draftings)

    @property
    def tokens(self) -> int:
        return sum(drafting.tokens for drafting in self.draftings)

    @property
    def concepts(self) -> Iterator[str]:
        for drafting in self.draftings:
            yield from (item.concept for item in drafting.accepted)

    async def items(self, model: Model) -> AsyncIterator[Item]:
        """Each as soon as it has passed. Raises the model's errors; NothingOnTopic or NothingUsable where
        nothing passed."""
        order, material = self.order, self.material
        if order.count:
            async for card in self.cards.items(model.cards(card_request(order, material))):
                yield card_view(card, len(self.cards.accepted) - 1, order, material, self.generator)
        if order.questions:
            asked = question_request(order, material)
            async for question in self.questions.items(model.questions(asked)):
                position = len(self.questions.accepted) - 1
                yield question_view(question, position, order, material, self.generator)
        if self.made:
            return
        if not self.material.passages and self.order.topic:
            raise NothingOnTopic(self.order.topic)
        raise NothingUsable


def making(order: Order, material: Material, *, generator: str, clock: Clock) -> Making:
    passages = material.passages
    return Making(
        order,
        material,
        generator,
        Drafting(
            Gate(passages=passages, existing=material.cards, concepts=material.concepts),
            wanted=order.count,
            clock=clock,
        ),
        Drafting(
            QuestionGate(passages=passages, existing=material.questions, concepts=material.concepts),
            wanted=order.questions,
            clock=clock,
        ),
    )
