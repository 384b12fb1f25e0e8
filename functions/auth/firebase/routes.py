"""Route of signing in with Firebase."""

from typing import Annotated

from fastapi import Header

from functions.auth.accounts.errors import NameTaken
from functions.auth.firebase import service
from functions.auth.firebase.errors import FirebaseNotConfigured
from functions.auth.firebase.schemas import FirebaseLoginBody
from functions.auth.sessions.errors import AccountSuspended
from functions.auth.sessions.schemas import SignedIn
from shared.errors import Unauthenticated
from shared.store import Cost
from shared.web.access import PUBLIC
from shared.web.depends import Provided
from shared.web.router import Router

router = Router(tag="firebase")


@router.serve(
    "POST",
    "/api/v1/accounts/login/firebase/",
    aliases=["/api/v1/auth/login/firebase/"],
    access=PUBLIC,
    cost=Cost(
        reads=6, writes=12, deletes=1, reads_per_item=1, writes_per_item=1, note="one item per open session"
    ),
    errors=[Unauthenticated, AccountSuspended, NameTaken, FirebaseNotConfigured],
)
async def log_in_with_firebase(
    body: FirebaseLoginBody,
    services: Provided,
    user_agent: Annotated[str, Header(include_in_schema=False)] = "",
) -> SignedIn:
    """Sign in with a Firebase ID token.

    The first sign-in creates an account without a password, or joins the account that has the e-mail address,
    if Firebase has verified it.
    """
    return await service.sign_in(services, token=body.id_token, user_agent=user_agent)
