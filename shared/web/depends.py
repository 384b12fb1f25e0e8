"""The dependencies of endpoints."""

from typing import Annotated

from fastapi import Depends, Header, Request

from shared.identity import Principal
from shared.services import Services
from shared.web.context import get_context


def _services(request: Request) -> Services:
    found: Services = request.app.state.services
    return found


def _principal(request: Request) -> Principal:
    found: Principal | None = request.scope["aksio.principal"]
    assert found is not None, "a public route has no caller"  # noqa: S101
    return found


def _respond_async(prefer: Annotated[str, Header(include_in_schema=False)] = "") -> bool:
    return "respond-async" in {part.split(";")[0].strip().lower() for part in prefer.split(",")}


def _stream(accept: Annotated[str, Header(include_in_schema=False)] = "") -> bool:
    return any(part.split(";")[0].strip().lower() == "text/event-stream" for part in accept.split(","))


def _idempotency_key(request: Request) -> str | None:
    return get_context(request.scope).idempotency_key


def _network(request: Request) -> str:
    return get_context(request.scope).network


Provided = Annotated[Services, Depends(_services)]
Caller = Annotated[Principal, Depends(_principal)]
Network = Annotated[str, Depends(_network)]  # of the caller's address
RespondAsync = Annotated[bool, Depends(_respond_async)]
Stream = Annotated[bool, Depends(_stream)]
IdempotencyKey = Annotated[str | None, Depends(_idempotency_key)]
