"""The dependencies of endpoints.

Those of FastAPI are coroutines, as it runs each plain function in a thread of its own.
"""

import functools
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, get_args

from fastapi import Depends, Header, Request

from shared.identity import Principal
from shared.language import Language, find_accepted
from shared.services import Services
from shared.web.context import get_context

_REQUEST = "_request"  # the parameter by which a bound endpoint takes the request


@dataclass(frozen=True)
class FromRequest:
    """A mark of a parameter that `get` takes from the request, in less time than `Depends`."""

    get: Callable[[Request], Any]


def bind_request(endpoint: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return the endpoint with the request as a parameter in place of those that are marked."""
    signature = inspect.signature(endpoint)
    others, getters = [], {}
    for name, parameter in signature.parameters.items():
        marks = (each for each in get_args(parameter.annotation) if isinstance(each, FromRequest))
        # FastAPI fills in one request alone
        mark = FromRequest(lambda request: request) if parameter.annotation is Request else next(marks, None)
        if mark is None:
            others.append(parameter)
        else:
            getters[name] = mark.get
    if not getters:
        return endpoint

    @functools.wraps(endpoint)
    async def bound(**values: Any) -> Any:
        request = values.pop(_REQUEST)
        return await endpoint(**values, **{name: get(request) for name, get in getters.items()})

    others.append(inspect.Parameter(_REQUEST, inspect.Parameter.KEYWORD_ONLY, annotation=Request))
    bound.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]
    return bound


def _get_services(request: Request) -> Services:
    found: Services = request.app.state.services
    return found


def _get_principal(request: Request) -> Principal:
    found: Principal | None = request.scope["aksio.principal"]
    assert found is not None, "a public route has no caller"  # noqa: S101
    return found


async def accepts_job(prefer: Annotated[str, Header(include_in_schema=False)] = "") -> bool:
    """Tell whether the client prefers a job, by RFC 7240."""
    return "respond-async" in {part.split(";")[0].strip().lower() for part in prefer.split(",")}


async def _wants_stream(accept: Annotated[str, Header(include_in_schema=False)] = "") -> bool:
    return any(part.split(";")[0].strip().lower() == "text/event-stream" for part in accept.split(","))


def _get_idempotency_key(request: Request) -> str | None:
    return get_context(request.scope).idempotency_key


def _find_accepted(request: Request) -> Language | None:
    return find_accepted(get_context(request.scope).accepted_languages)


def _get_network(request: Request) -> str:
    return get_context(request.scope).network


Provided = Annotated[Services, FromRequest(_get_services)]
Caller = Annotated[Principal, FromRequest(_get_principal)]
Network = Annotated[str, FromRequest(_get_network)]  # of the caller's address
AcceptedLanguage = Annotated[Language | None, FromRequest(_find_accepted)]  # of the header, where one is ours
RespondAsync = Annotated[bool, Depends(accepts_job)]
Stream = Annotated[bool, Depends(_wants_stream)]
IdempotencyKey = Annotated[str | None, FromRequest(_get_idempotency_key)]
