"""Handler that places cards of earlier versions in the queues."""

from functions.assessments.flashcards.cards.placing import place_cards
from functions.assessments.flashcards.cards.tasks import PlaceCards
from shared.consumers import Handlers
from shared.services import Services

handlers = Handlers()


@handlers.does(PlaceCards)
async def do_place_cards(services: Services, task: PlaceCards) -> None:
    """Place cards, a page at a time."""
    await place_cards(services, task)
