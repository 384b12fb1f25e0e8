"""Use cases of profile and settings."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from functions.auth.activity.service import get_progress, roll_up_reviews
from functions.auth.profile.rules import profile_view
from functions.auth.profile.schemas import AnyProfile
from functions.auth.sessions.store import find_sessions, session_ref
from functions.auth.users.models import User
from functions.auth.users.store import find_user, publish_preferences, user_ref
from shared.errors import Unauthenticated
from shared.identity import Principal
from shared.services import Services
from shared.store import Store, Transaction


async def get_profile(services: Services, *, caller: Principal) -> AnyProfile:
    """Return the caller's profile. Costs 2 reads and a roll-up."""
    return await _show_profile(services, await get_user(services.store, caller))


async def get_user(reads: Store | Transaction, caller: Principal) -> User:
    """Load the caller's account. Raises Unauthenticated if it was erased during this request."""
    user = await find_user(reads, caller.user_id)
    if user is None:
        raise Unauthenticated
    return user


async def change_profile(services: Services, *, caller: Principal, changes: dict[str, Any]) -> AnyProfile:
    """Change the user and return the profile."""
    return await _show_profile(services, await change_user(services, caller=caller, changes=changes))


async def change_user(services: Services, *, caller: Principal, changes: dict[str, Any]) -> User:
    """Store the changes and publish the preferences. Writes nothing if nothing changes."""

    async def work(tx: Transaction) -> User:
        user = await get_user(tx, caller)
        if all(getattr(user, name) == value for name, value in changes.items()):
            return user
        updated = user.model_copy(update={**changes, "updated_at": services.clock.now()})
        tx.put(user_ref(user.id), updated)
        publish_preferences(tx, updated)
        copied = (updated.timezone, updated.language_preference)
        if copied != (user.timezone, user.language_preference):
            await _update_sessions(tx, updated)
        return updated

    return await services.store.transact(work)


async def _update_sessions(tx: Transaction, user: User) -> None:
    """Copy to the sessions what each request needs of the user."""
    changes = {"timezone": user.timezone, "language": user.language_preference}
    for session in await find_sessions(tx, user.id):
        tx.merge(session_ref(user.id, session.id), changes)


async def _show_profile(services: Services, user: User) -> AnyProfile:
    await roll_up_reviews(services, user_id=user.id)
    progress = await get_progress(services.store, user.id)
    return profile_view(user, progress, _compute_today(services, user))


def _compute_today(services: Services, user: User) -> date:
    return services.clock.now().astimezone(ZoneInfo(user.timezone)).date()
