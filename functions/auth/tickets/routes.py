"""Route of tickets for streams."""

from urllib.parse import quote

from functions.auth.tickets.schemas import TicketBody, TicketView
from shared.identity import AccessClaims
from shared.identity.tickets import LIFETIME, Ticket, issue_ticket
from shared.store import Cost
from shared.web.access import TICKET_PARAMETER, USER
from shared.web.depends import Caller, Provided
from shared.web.router import Router

router = Router(tag="sessions")


@router.serve("POST", "/api/v1/accounts/stream-tickets/", access=USER, cost=Cost(reads=1))
async def create_stream_ticket(body: TicketBody, caller: Caller, services: Provided) -> TicketView:
    """Give a ticket for a stream that answers GET, for a browser's `EventSource`, which sends no headers.

    It opens this one address once, within a minute, with the rights of this session: ask for a new one
    before each connection.
    """
    now, settings = services.clock.now(), services.settings
    ticket = Ticket(services.ids.new(), AccessClaims(caller.user_id, caller.session_id), body.path)
    text = issue_ticket(ticket, secret=settings.jwt_secret.get_secret_value(), now=now)
    url = f"{settings.base_url}{quote(body.path)}?{TICKET_PARAMETER}={text}"
    return TicketView(ticket=text, url=url, expires_at=now + LIFETIME)
