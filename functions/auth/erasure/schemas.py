"""The body that asks for erasure."""

from pydantic import model_validator

from functions.auth.firebase.schemas import IdToken
from functions.auth.users.fields import GivenPassword
from shared.web.schemas import Body


class ErasureBody(Body):
    """Who signs in with Firebase, and has no password, gives a fresh `id_token` in its place."""

    password: GivenPassword | None = None
    id_token: IdToken | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_proof(cls, value: object) -> object:
        """So that a missing proof is told as a missing `password`."""
        if isinstance(value, dict) and value.get("password") is None and value.get("id_token") is None:
            return {**value, "password": ""}
        return value
