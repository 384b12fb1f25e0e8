"""The body that asks for erasure."""

from functions.auth.users.fields import GivenPassword
from shared.web.schemas import Body


class ErasureBody(Body):
    password: GivenPassword
