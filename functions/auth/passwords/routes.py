"""Reset and change of passwords."""

from functions.auth.passwords import service
from functions.auth.passwords.schemas import PasswordChangeBody, PasswordResetBody, PasswordResetConfirmBody
from functions.auth.sessions.errors import AccountLocked
from functions.auth.sessions.schemas import Tokens
from shared.language import say, translate
from shared.store import Cost
from shared.web.access import PUBLIC, USER
from shared.web.depends import AcceptedLanguage, Caller, Network, Provided
from shared.web.router import Router
from shared.web.schemas import Message

router = Router(tag="passwords")

_PER_SESSION = "one item per open session"


@router.serve(
    "POST",
    "/api/v1/accounts/password-reset/",
    aliases=["/api/v1/auth/password-reset/"],
    access=PUBLIC,
    cost=Cost(reads=1, writes=2, deletes=1),
    status=202,
)
async def request_password_reset(
    body: PasswordResetBody, services: Provided, network: Network, accepted: AcceptedLanguage
) -> Message:
    """Mail a link that sets a new password once, within an hour. Every address gets the same answer."""
    await service.request_reset(services, email=body.email, network=network, language=accepted)
    return Message(
        message=translate(say("If an account has this address, we have sent a link to it; check your mail"))
    )


@router.serve(
    "POST",
    "/api/v1/accounts/password-reset-confirm/",
    aliases=["/api/v1/auth/password-reset-confirm/"],
    access=PUBLIC,
    cost=Cost(reads=7, writes=5, deletes=1, reads_per_item=1, writes_per_item=1, note=_PER_SESSION),
)
async def confirm_password_reset(body: PasswordResetConfirmBody, services: Provided) -> Message:
    """Set a new password with the mailed token. Ends every session of the user."""
    await service.confirm_reset(services, token=body.token, password=body.new_password)
    return Message(message=translate(say("Your new password is set; sign in with it")))


@router.serve(
    "POST",
    "/api/v1/accounts/password-change/",
    access=USER,
    cost=Cost(reads=8, writes=6, deletes=2, reads_per_item=1, writes_per_item=1, note=_PER_SESSION),
    errors=[AccountLocked],
)
async def change_password(body: PasswordChangeBody, caller: Caller, services: Provided) -> Tokens:
    """Change the password. Ends every session and every token at once; the new tokens open a new one."""
    return await service.change_password(
        services, caller=caller, old=body.old_password, new=body.new_password
    )
