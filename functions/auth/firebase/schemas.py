"""The public body of signing in with Firebase."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.web.schemas import Body

IdToken = Annotated[
    str, StringConstraints(min_length=1, max_length=8000), Field(examples=["firebase id token"])
]


class FirebaseLoginBody(Body):
    """A Firebase ID token, as the Firebase client gives it."""

    id_token: IdToken
