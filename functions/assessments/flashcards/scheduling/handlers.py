"""Handler that keeps scheduling in line with the user's preferences."""

from functions.assessments.flashcards.scheduling.service import sync_preferences
from shared.consumers import Delivery, Handlers
from shared.published.accounts import PreferencesChanged
from shared.services import Services

handlers = Handlers()


@handlers.on(PreferencesChanged, name="assessments.follow_preferences")
async def on_preferences_changed(services: Services, event: PreferencesChanged, _: Delivery) -> None:
    """Sync the preferences. Needs no marker: what is in line already stays."""
    await sync_preferences(services, user_id=event.user)
