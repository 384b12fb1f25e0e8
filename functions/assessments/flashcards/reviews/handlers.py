"""Handler that deletes the reviews of a deleted card."""

from functions.assessments.flashcards.cards.tasks import PurgeReviews
from functions.assessments.flashcards.reviews.purge import purge_reviews
from shared.consumers import Handlers
from shared.services import Services

handlers = Handlers()


@handlers.does(PurgeReviews)
async def do_purge_reviews(services: Services, task: PurgeReviews) -> None:
    """Purge the reviews of deleted cards, a batch at a time."""
    await purge_reviews(services.store, task)
