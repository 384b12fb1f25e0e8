"""The public body of erasure."""

from pydantic import model_validator

from functions.auth.firebase.schemas import IdToken
from functions.auth.users.fields import GivenPassword
from shared.web.schemas import Body


class ErasureBody(Body):
    """The proof of identity: `password`, or a fresh `id_token` for an account of Firebase's without one."""

    password: GivenPassword | None = None
    id_token: IdToken | None = None

    @model_validator(mode="before")
    @classmethod
    def _require_proof(cls, value: object) -> object:
        """Report a missing proof as a missing `password`."""
        if isinstance(value, dict) and value.get("password") is None and value.get("id_token") is None:
            return {**value, "password": ""}
        return value
