"""A stand-in for Firebase's verification of ID tokens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from shared.errors import Unauthenticated
from shared.identity.firebase import VerifiedIdentity
from tests.stack import Stack, User, running

LOGIN = "/api/v1/accounts/login/firebase/"


class IdentityStub:
    """A verifier whose tokens are the names of known identities."""

    def __init__(self) -> None:
        self.known: dict[str, VerifiedIdentity] = {}

    def token(
        self, uid: str, email: str | None = None, *, verified: bool = True, name: str = "Ada Lovelace"
    ) -> str:
        token = f"token-{len(self.known)}"
        self.known[token] = VerifiedIdentity(uid, email, verified and email is not None, name)
        return token

    async def verify(self, token: str) -> VerifiedIdentity:
        if token not in self.known:
            raise Unauthenticated
        return self.known[token]

    async def aclose(self) -> None:
        """Nothing to close."""


@asynccontextmanager
async def run_stack(folder: Path, vouching: IdentityStub) -> AsyncIterator[Stack]:
    async with running(folder, services={"identity": vouching}) as stack:
        yield stack


async def log_in(stack: Stack, token: str, path: str = LOGIN) -> httpx.Response:
    return await stack.http.post(path, json={"id_token": token})


def build_user(stack: Stack, answer: httpx.Response) -> User:
    assert answer.status_code == 200, answer.text
    given: dict[str, Any] = answer.json()
    return User(
        http=stack.client(Authorization=f"Bearer {given['access']}"),
        id=given["user"]["id"],
        username=given["user"]["username"],
        access=given["access"],
        refresh=given["refresh"],
    )
