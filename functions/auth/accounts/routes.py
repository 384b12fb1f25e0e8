"""Route of registration."""

from typing import Annotated

from fastapi import Header

from functions.auth.accounts import service
from functions.auth.accounts.errors import NameTaken
from functions.auth.accounts.schemas import RegisterBody
from functions.auth.sessions.schemas import SignedIn
from shared.language import DEFAULT
from shared.store import Cost
from shared.web.access import PUBLIC
from shared.web.depends import AcceptedLanguage, Provided
from shared.web.router import Router

router = Router(tag="accounts")


@router.serve(
    "POST",
    "/api/v1/accounts/register/",
    aliases=[
        "/api/v1/accounts/auth/register/",
        "/api/v1/auth/register/",
        "/api/auth/register/",
        "/api/users/auth/register/",
    ],
    access=PUBLIC,
    cost=Cost(reads=6, writes=9, deletes=1),
    status=201,
    location="/api/v1/accounts/profile/",
    errors=[NameTaken],
)
async def register(
    body: RegisterBody,
    services: Provided,
    accepted: AcceptedLanguage,
    user_agent: Annotated[str, Header(include_in_schema=False)] = "",
) -> SignedIn:
    """Create an account and sign in. E-mail address and user name are unique, ignoring case.

    The profile's `language_preference` begins with the language of the request.
    """
    return await service.register(services, body=body, language=accepted or DEFAULT, user_agent=user_agent)
