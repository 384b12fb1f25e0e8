"""Preferences changed: how the user's reviews are scheduled from now on may have."""

from functions.assessments.flashcards.scheduling.service import follow_preferences
from shared.consumers import Delivery, Handlers
from shared.published.accounts import PreferencesChanged
from shared.services import Services

handlers = Handlers()


@handlers.on(PreferencesChanged, name="assessments.follow_preferences")
async def on_preferences_changed(services: Services, event: PreferencesChanged, _: Delivery) -> None:
    """Needs no marker: what follows the preferences already is left as it is."""
    await follow_preferences(services, user_id=event.user)
