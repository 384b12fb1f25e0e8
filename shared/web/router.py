"""Routes that declare their access, their cost and their other paths."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.params import Form, Header, Query
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import Match
from starlette.types import Scope

from shared.errors import ApiError, MalformedRequest, PermissionDenied, Unauthenticated
from shared.identity import Principal
from shared.language import choose_language, say, set_language
from shared.logs import note_log_fields
from shared.services import Services
from shared.settings import Settings
from shared.store import Cost
from shared.web.access import TICKET_PARAMETER, Access, authorise
from shared.web.body import StrictRequest, has_body
from shared.web.context import RequestContext, get_context
from shared.web.depends import bind_request
from shared.web.errors import describe_problems
from shared.web.idempotency import Claim, claim_key, read_key
from shared.web.locations import find_location
from shared.web.parameters import check_parameters

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Handler = Callable[[Request], Coroutine[Any, Any, Response]]
BodyLimit = Callable[[Settings], int]  # bytes
Oversize = Callable[[Settings], ApiError]  # the error for a body over the limit

# By reference: a model would be compiled again for each status of each route, during cold start.
_ERROR = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorView"}}}
_UNTYPED = "Name the type of the body in the header Content-Type: {required}"
_WRONGLY_TYPED = "Send the body as {required}, and name this type in the header Content-Type"
_FRAME_ERRORS = {429: "RATE_LIMIT_EXCEEDED", 500: "INTERNAL_ERROR", 503: "SERVICE_UNAVAILABLE"}


class Route(APIRoute):
    """A route that authorises before the body is read, and handles idempotency keys and the body's limit."""

    access: Access
    cost: Cost
    body_limit: BodyLimit | None = None
    events: Mapping[str, type[BaseModel]] = {}
    too_large: Oversize | None = None
    location: str | None = None  # of what was created, with fields of the path and the answer in braces

    @cached_property
    def known_parameters(self) -> frozenset[str]:
        """The query parameters that the route takes."""
        parameters = get_flat_params(self.dependant)
        names = {each.alias for each in parameters if isinstance(each.field_info, Query)}
        return frozenset(names | {TICKET_PARAMETER} if self.can_stream else names)

    @cached_property
    def can_stream(self) -> bool:
        """True where a client may ask for a stream by `Accept`, and so by a ticket."""
        headers = (each for each in get_flat_params(self.dependant) if isinstance(each.field_info, Header))
        return "GET" in (self.methods or ()) and any(each.alias == "accept" for each in headers)

    ending: str = ""  # of the path, behind its last parameter

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match the path, which most routes do not: its ending tells faster than a pattern."""
        return super().matches(scope) if scope["path"].endswith(self.ending) else (Match.NONE, {})

    def get_route_handler(self) -> Handler:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            services: Services = request.app.state.services
            context = get_context(request.scope)
            context.route, context.cost = self.path_format, self.cost
            note_log_fields(route=self.path_format)
            if self.body_limit is not None:
                context.body_limit = self.body_limit(services.settings)
            if self.too_large is not None:
                context.too_large = self.too_large(services.settings)
            principal = await _admit(services, context, self.access)
            request.scope["aksio.principal"] = principal
            if principal is not None:
                set_language(choose_language(context.accepted_languages, principal.language))
            check_parameters(request, self.known_parameters)
            request = StrictRequest(request.scope, request.receive)
            self._check_content_type(request)
            key = read_key(request) if request.method == "POST" else None
            if key is None:
                return self._locate(request, await self._answer(inner, request))
            context.idempotency_key = key
            try:
                claimed = await claim_key(services, request, principal, key)
                if not isinstance(claimed, Response):
                    claimed = await _answer_once(claimed, partial(self._answer, inner), request)
                return self._locate(request, claimed)
            finally:
                await request.close()  # the files of a form

        return handle

    async def _answer(self, inner: Handler, request: Request) -> Response:
        """Answer. Raises ValidationFailed, MalformedRequest in place of FastAPI's own errors."""
        try:
            return await inner(request)
        except RequestValidationError as error:
            body = self.body_field.field_info.annotation if self.body_field else None
            raise describe_problems(error.errors(), body=body) from None

    def _locate(self, request: Request, response: Response) -> Response:
        """Add the `Location` of what was created or is being worked on."""
        if response.status_code not in (201, 202) or "Location" in response.headers:
            return response
        if path := find_location(request, response, self.location):
            settings: Settings = request.app.state.services.settings
            url = path if path.startswith("http") else f"{settings.base_url}{path}"
            response.headers["Location"] = url
        return response

    def _check_content_type(self, request: Request) -> None:
        if self.body_field is None:
            return
        is_form = isinstance(self.body_field.field_info, Form)
        required = "multipart/form-data" if is_form else "application/json"
        content_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if not content_type:
            if has_body(request):
                raise MalformedRequest(say(_UNTYPED, required=required))
            return
        accepted = content_type == required if is_form else content_type.endswith(("/json", "+json"))
        if not accepted:
            raise MalformedRequest(say(_WRONGLY_TYPED, required=required))


async def _admit(services: Services, context: RequestContext, access: Access) -> Principal | None:
    """Authorise the caller and count the request. Raises Unauthenticated, PermissionDenied, RateLimited."""
    try:
        principal = await authorise(services, context.credentials, access)
    except Unauthenticated:
        context.count_request(is_open=False)
        raise
    except PermissionDenied:
        context.count_request(is_open=True)
        raise
    context.count_request(is_open=principal is not None)
    return principal


async def _answer_once(claimed: Claim, inner: Handler, request: Request) -> Response:
    try:
        response = await inner(request)
    except BaseException:
        await claimed.release()
        raise
    if hasattr(response, "body") and response.status_code < 400:
        await claimed.record_answer(response)
    else:
        await claimed.release()  # a stream is not stored
    return response


class Router(APIRouter):
    """A feature's routes: `@router.serve("GET", path, access=…, cost=…)`. Aliases are routes of their own."""

    def __init__(self, *, tag: str) -> None:
        super().__init__(tags=[tag], route_class=Route, redirect_slashes=False)

    def serve(
        self,
        method: str,
        path: str,
        *,
        access: Access,
        cost: Cost,
        aliases: Sequence[str] = (),
        status: int = 200,
        errors: Sequence[type[ApiError]] = (),
        body_limit: BodyLimit | None = None,
        events: Mapping[str, type[BaseModel]] | None = None,
        too_large: Oversize | None = None,
        location: str | None = None,
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        """Register an endpoint under its path and aliases, documented with its cost and its errors.

        `events` are those of its stream, by name; `error` is one of every stream. `location` is the path of
        what it creates, such as `/api/quizzes/{quiz_id}/`, where that is not its own path followed by the
        answer's `id`. `too_large` is raised for a body over `body_limit`.
        """

        def register(endpoint: Endpoint) -> Endpoint:
            bound = bind_request(endpoint)
            for position, each in enumerate((path, *aliases)):
                self.add_api_route(
                    each,
                    bound,
                    methods=[method],
                    status_code=status,
                    operation_id=_build_operation_id(endpoint.__name__, position),
                    summary=endpoint.__name__.replace("_", " ").capitalize(),
                    responses={**_document_errors(method, access, errors), **options.get("responses", {})},
                    openapi_extra={
                        **_build_extra(access, cost, position),
                        **options.get("openapi_extra", {}),
                    },
                    **{k: v for k, v in options.items() if k not in ("responses", "openapi_extra")},
                )
                route = self.routes[-1]
                assert isinstance(route, Route)  # noqa: S101 - route_class says so
                route.access, route.cost, route.body_limit = access, cost, body_limit
                route.events = events or {}
                route.too_large, route.location = too_large, location
                route.ending = each.rpartition("}")[2]
            return endpoint

        return register


def _build_operation_id(name: str, position: int) -> str:
    """Turn a function's name into camel case; clients name their methods so. Aliases are numbered."""
    first, *others = name.split("_")
    words = first + "".join(map(str.capitalize, others))
    return f"{words}Alias{position}" if position else words


def _document_errors(
    method: str, access: Access, errors: Sequence[type[ApiError]]
) -> dict[int | str, dict[str, Any]]:
    codes: dict[int, str] = dict(_FRAME_ERRORS)
    codes |= {400: "VALIDATION_ERROR", 413: "PAYLOAD_TOO_LARGE", 422: "VALIDATION_ERROR"}
    if method == "POST":
        codes[409] = "CONFLICT"  # an Idempotency-Key that was used for another request
    if not access.public:
        codes[401] = "AUTHENTICATION_FAILED"
        codes[403] = "PERMISSION_DENIED"
    codes |= {error.status: error.code for error in errors}
    return {status: {"description": code, "content": _ERROR} for status, code in sorted(codes.items())}


def _build_extra(access: Access, cost: Cost, position: int) -> dict[str, Any]:
    extra: dict[str, Any] = {"x-access": access.text, "x-store-cost": _describe_cost(cost)}
    if not access.public:
        extra["security"] = [{"bearer": []}]
    if position:
        extra["x-alias"] = True
    return extra


def _describe_cost(cost: Cost) -> dict[str, Any]:
    text: dict[str, Any] = {"reads": cost.reads, "writes": cost.writes, "deletes": cost.deletes}
    if cost.reads_per_item:
        text["reads_per_item"] = cost.reads_per_item
    if cost.writes_per_item:
        text["writes_per_item"] = cost.writes_per_item
    if cost.note:
        text["note"] = cost.note
    return text
