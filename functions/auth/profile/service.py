"""Showing and changing what users tell of themselves."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from functions.auth.activity.service import progress_of
from functions.auth.profile.rules import profile_view
from functions.auth.profile.schemas import AnyProfile
from functions.auth.sessions.store import session_ref, sessions_of
from functions.auth.users.models import User
from functions.auth.users.store import current_user, publish_preferences, user_ref
from shared.errors import Unauthenticated
from shared.identity import Principal
from shared.services import Services
from shared.store import Store, Transaction


async def profile(services: Services, *, caller: Principal) -> AnyProfile:
    return await _shown(services, await user_of(services.store, caller))


async def user_of(reads: Store | Transaction, caller: Principal) -> User:
    """The caller's account. Raises Unauthenticated where it went away within this request."""
    user = await current_user(reads, caller.user_id)
    if user is None:
        raise Unauthenticated
    return user


async def change_profile(services: Services, *, caller: Principal, changes: dict[str, Any]) -> AnyProfile:
    return await _shown(services, await change(services, caller=caller, changes=changes))


async def change(services: Services, *, caller: Principal, changes: dict[str, Any]) -> User:
    """Store the changes, and tell the other groups. What changes nothing writes nothing."""

    async def work(tx: Transaction) -> User:
        user = await user_of(tx, caller)
        if all(getattr(user, name) == value for name, value in changes.items()):
            return user
        updated = user.model_copy(update={**changes, "updated_at": services.clock.now()})
        tx.put(user_ref(user.id), updated)
        publish_preferences(tx, updated)
        if updated.timezone != user.timezone:
            await _move_sessions(tx, updated)
        return updated

    return await services.store.transact(work)


async def _move_sessions(tx: Transaction, user: User) -> None:
    for session in await sessions_of(tx, user.id):
        tx.merge(session_ref(user.id, session.id), {"timezone": user.timezone})


async def _shown(services: Services, user: User) -> AnyProfile:
    progress = await progress_of(services.store, user.id)
    return profile_view(user, progress, _today(services, user))


def _today(services: Services, user: User) -> date:
    return services.clock.now().astimezone(ZoneInfo(user.timezone)).date()
