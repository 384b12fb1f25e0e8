"""Profile and settings: two views of one account."""

from functions.auth.activity.service import ROLL_UP
from functions.auth.profile import service
from functions.auth.profile.rules import settings_view
from functions.auth.profile.schemas import AnyProfile, ProfileChanges, SettingsChanges, SettingsView
from shared.store import Cost
from shared.web.access import USER_OR_CHILD
from shared.web.depends import Caller, Provided
from shared.web.router import Router

router = Router(tag="profile")

_PROFILE = "/api/v1/accounts/profile/"
_PROFILE_ALIASES = ["/api/v1/users/profile/", "/api/users/profile/"]
_SETTINGS = "/api/users/settings/"
_SETTINGS_ALIASES = ["/api/v1/users/settings/", "/api/v1/accounts/settings/"]
_CHANGE = Cost(
    reads=4,
    writes=3,
    deletes=1,
    reads_per_item=1,
    writes_per_item=1,
    note="one item per open session when the time zone or the language changes",
)
_CHANGE_PROFILE = _CHANGE + ROLL_UP


@router.serve("GET", _PROFILE, aliases=_PROFILE_ALIASES, access=USER_OR_CHILD, cost=Cost(reads=3) + ROLL_UP)
async def get_profile(caller: Caller, services: Provided) -> AnyProfile:
    """Return the caller's profile with statistics. A child's and a teacher's have additional fields."""
    return await service.get_profile(services, caller=caller)


@router.serve("PATCH", _PROFILE, aliases=_PROFILE_ALIASES, access=USER_OR_CHILD, cost=_CHANGE_PROFILE)
async def update_profile(body: ProfileChanges, caller: Caller, services: Provided) -> AnyProfile:
    """Change the fields sent."""
    changes = body.model_dump(exclude_unset=True)
    return await service.change_profile(services, caller=caller, changes=changes)


@router.serve("PUT", _PROFILE, aliases=_PROFILE_ALIASES, access=USER_OR_CHILD, cost=_CHANGE_PROFILE)
async def save_profile(body: ProfileChanges, caller: Caller, services: Provided) -> AnyProfile:
    """Change the fields sent. Accepts a whole profile: fields that only the server sets are ignored."""
    changes = body.model_dump(exclude_unset=True)
    return await service.change_profile(services, caller=caller, changes=changes)


@router.serve("GET", _SETTINGS, aliases=_SETTINGS_ALIASES, access=USER_OR_CHILD, cost=Cost(reads=2))
async def get_settings(caller: Caller, services: Provided) -> SettingsView:
    """Return the user's settings for studying and notifications."""
    return settings_view(await service.get_user(services.store, caller))


@router.serve("PUT", _SETTINGS, aliases=_SETTINGS_ALIASES, access=USER_OR_CHILD, cost=_CHANGE)
async def save_settings(body: SettingsChanges, caller: Caller, services: Provided) -> SettingsView:
    """Change the fields sent."""
    return await _change_settings(body, caller, services)


@router.serve("PATCH", _SETTINGS, aliases=_SETTINGS_ALIASES, access=USER_OR_CHILD, cost=_CHANGE)
async def update_settings(body: SettingsChanges, caller: Caller, services: Provided) -> SettingsView:
    """Change the fields sent."""
    return await _change_settings(body, caller, services)


async def _change_settings(body: SettingsChanges, caller: Caller, services: Provided) -> SettingsView:
    changes = body.model_dump(exclude_unset=True)
    return settings_view(await service.change_user(services, caller=caller, changes=changes))
