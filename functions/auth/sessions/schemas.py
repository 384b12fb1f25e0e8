"""Public bodies and answers of signing in and out."""

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from functions.auth.users.fields import GivenPassword
from functions.auth.users.models import User, UserStatus
from shared.identity import Role, Session
from shared.web.schemas import Body, Instant, View

_Login = Annotated[str, StringConstraints(min_length=1, max_length=254)]
_Token = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class LoginBody(Body):
    """A sign-in. `username` is the user name or the e-mail address; `email` is accepted in its place."""

    username: _Login | None = Field(default=None, examples=["user@example.com"])
    email: _Login | None = Field(default=None, examples=["user@example.com"])
    password: GivenPassword

    @model_validator(mode="before")
    @classmethod
    def _require_name(cls, value: object) -> object:
        """Report a missing name as a missing `username`."""
        if isinstance(value, dict) and value.get("email") is None and value.get("username") is None:
            return {**value, "username": ""}
        return value

    @property
    def name(self) -> str:
        """The name given, in either field."""
        return self.username or self.email or ""


class LogoutBody(Body):
    """A sign-out. Without `refresh`, the access token's own session ends; `all` ends every session."""

    refresh: _Token | None = None
    all: bool = False


class RefreshBody(Body):
    """The refresh token that was issued last."""

    refresh: _Token


class Tokens(View):
    """A pair of tokens: `access` works for 30 minutes, `refresh` once within 14 days, for the next pair."""

    access: str
    refresh: str


class SignedInUser(View):
    """The user who signed in."""

    id: str
    username: str
    email: str
    first_name: str
    last_name: str
    role: Role
    status: UserStatus
    is_staff: bool


class SignedIn(Tokens):
    """Both tokens, and the user who signed in."""

    user: SignedInUser


class SessionView(View):
    """An open session; `current` marks the one that made this request."""

    id: str
    created_at: Instant
    last_used_at: Instant
    user_agent: str
    current: bool


def signed_in_view(user: User, tokens: Tokens) -> SignedIn:
    """Build the answer to a sign-in."""
    fields = user.model_dump(include=set(SignedInUser.model_fields))
    user_view = SignedInUser(is_staff=user.is_staff, **fields)
    return SignedIn(access=tokens.access, refresh=tokens.refresh, user=user_view)


def session_view(session: Session, *, current: str) -> SessionView:
    """Build the public view of a session; `current` is the id of the caller's own."""
    fields = session.model_dump(include=set(SessionView.model_fields) - {"current"})
    return SessionView(current=session.id == current, **fields)
