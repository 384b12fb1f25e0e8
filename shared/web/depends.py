"""The dependencies of endpoints: coroutines, as FastAPI runs each plain function in a thread of its own."""

from typing import Annotated

from fastapi import Depends, Header, Request

from shared.identity import Principal
from shared.language import Language, find_accepted
from shared.services import Services
from shared.web.context import get_context


async def _get_services(request: Request) -> Services:
    found: Services = request.app.state.services
    return found


async def _get_principal(request: Request) -> Principal:
    found: Principal | None = request.scope["aksio.principal"]
    assert found is not None, "a public route has no caller"  # noqa: S101
    return found


async def accepts_job(prefer: Annotated[str, Header(include_in_schema=False)] = "") -> bool:
    """Tell whether the client prefers a job, by RFC 7240."""
    return "respond-async" in {part.split(";")[0].strip().lower() for part in prefer.split(",")}


async def _wants_stream(accept: Annotated[str, Header(include_in_schema=False)] = "") -> bool:
    return any(part.split(";")[0].strip().lower() == "text/event-stream" for part in accept.split(","))


async def _get_idempotency_key(request: Request) -> str | None:
    return get_context(request.scope).idempotency_key


async def _find_accepted(request: Request) -> Language | None:
    return find_accepted(get_context(request.scope).accepted_languages)


async def _get_network(request: Request) -> str:
    return get_context(request.scope).network


Provided = Annotated[Services, Depends(_get_services)]
Caller = Annotated[Principal, Depends(_get_principal)]
Network = Annotated[str, Depends(_get_network)]  # of the caller's address
AcceptedLanguage = Annotated[Language | None, Depends(_find_accepted)]  # of the header, where one is ours
RespondAsync = Annotated[bool, Depends(accepts_job)]
Stream = Annotated[bool, Depends(_wants_stream)]
IdempotencyKey = Annotated[str | None, Depends(_get_idempotency_key)]
