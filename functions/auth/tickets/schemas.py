"""Public body and answer of tickets."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from functions.auth.tickets.rules import find_path
from shared.web.schemas import Body, Instant, View


class TicketBody(Body):
    """The stream to open: its address, or the path of it."""

    path: Annotated[str, StringConstraints(max_length=1000), AfterValidator(find_path)] = Field(
        examples=["/api/v1/jobs/3c1f0f5e-7d0c-4a55-9d1e-1c2f7f0f3b11/"]
    )


class TicketView(View):
    """A ticket for one address, once, until `expires_at`; `url` is the address with the ticket in it."""

    ticket: str
    url: str
    expires_at: Instant
