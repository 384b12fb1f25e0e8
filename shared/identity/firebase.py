"""Verifying Firebase's ID tokens against Google's certificates."""

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol

from shared.clock import RandomIds
from shared.errors import ServiceUnavailable, Unauthenticated

_CLOCK_SKEW_SECONDS = 5


@dataclass(frozen=True)
class VerifiedIdentity:
    """A person as the provider knows them; `email_verified` when the provider has checked the mailbox."""

    uid: str
    email: str | None = None
    email_verified: bool = False
    name: str = ""


class IdentityProvider(Protocol):
    """The port of identity providers."""

    async def verify(self, token: str) -> VerifiedIdentity:
        """Verify an ID token.

        Raises Unauthenticated for one that is not from the provider, not for us, or expired;
        ServiceUnavailable where that cannot be checked now.
        """
        ...

    async def aclose(self) -> None: ...


class FirebaseIdentity:
    """Verifies tokens with firebase-admin. `timeout` is in seconds."""

    def __init__(self, project_id: str, *, timeout: float = 10.0) -> None:
        import firebase_admin  # type: ignore[import-untyped]
        from firebase_admin import auth
        from google.auth.credentials import AnonymousCredentials

        self._auth = auth
        self._delete = firebase_admin.delete_app
        self._timeout = timeout
        # Certificates are public: checking a signature needs no rights in the project.
        self.app = firebase_admin.initialize_app(
            AnonymousCredentials(),  # type: ignore[no-untyped-call]
            {"projectId": project_id, "httpTimeout": timeout},
            name=f"identity-{RandomIds().new()}",
        )

    async def verify(self, token: str) -> VerifiedIdentity:
        try:
            async with asyncio.timeout(self._timeout):
                claims = await asyncio.to_thread(self._read_claims, token)
        except TimeoutError as error:
            raise ServiceUnavailable("Sign-in with Google is not available now; try again later") from error
        return _read_identity(claims)

    async def aclose(self) -> None:
        await asyncio.to_thread(self._delete, self.app)

    def _read_claims(self, token: str) -> dict[str, Any]:
        from firebase_admin.exceptions import FirebaseError  # type: ignore[import-untyped]

        try:
            claims: dict[str, Any] = self._auth.verify_id_token(
                token, app=self.app, clock_skew_seconds=_CLOCK_SKEW_SECONDS
            )
        except (self._auth.InvalidIdTokenError, ValueError, TypeError, RecursionError) as error:
            raise Unauthenticated("The ID token is not valid; sign in again") from error
        except FirebaseError as error:
            raise ServiceUnavailable("Sign-in with Google is not available now; try again later") from error
        return claims


def _read_identity(claims: dict[str, Any]) -> VerifiedIdentity:
    email, name = claims.get("email"), claims.get("name")
    return VerifiedIdentity(
        uid=claims["uid"],
        email=email if isinstance(email, str) and email else None,
        email_verified=claims.get("email_verified") is True,
        name=name if isinstance(name, str) else "",
    )
