"""Sync of the user's preferences with the document that each request about cards reads."""

from functions.assessments.flashcards.cards.store import get_study_state
from shared.published.accounts import CURRENT, PREFERENCES
from shared.published.flashcards import STATE, STUDY_STATES
from shared.services import Services
from shared.store import Transaction


async def sync_preferences(services: Services, *, user_id: str) -> None:
    """Copy the preferences that scheduling needs. Days on which cards are due already stay."""

    async def work(tx: Transaction) -> None:
        preferences = await tx.get(PREFERENCES.doc(CURRENT, user=user_id))
        state = await get_study_state(tx, user_id)
        if preferences is None:
            return
        synced = state.model_copy(
            update={
                "scheduler": preferences.review_scheduler,
                "desired_retention": preferences.desired_retention,
                "daily_review_limit": preferences.daily_review_limit,
                "new_cards_per_day": preferences.new_cards_per_day,
                "relearn_today": preferences.relearn_today,
                "easy_days": preferences.easy_days,
            }
        )
        if synced != state:
            tx.put(STUDY_STATES.doc(STATE, user=user_id), synced)

    await services.store.transact(work)
