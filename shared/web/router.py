"""Routes that declare their access, their cost and their other paths."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.params import Form
from fastapi.routing import APIRoute
from pydantic import BaseModel

from shared.errors import ApiError, MalformedRequest, PermissionDenied, Unauthenticated
from shared.identity import Principal
from shared.logs import note_log_fields
from shared.services import Services
from shared.settings import Settings
from shared.store import Cost
from shared.web.access import Access, authorise
from shared.web.body import StrictRequest
from shared.web.context import RequestContext, get_context
from shared.web.idempotency import Claim, claim_key, read_key

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Handler = Callable[[Request], Coroutine[Any, Any, Response]]
BodyLimit = Callable[[Settings], int]  # bytes

# By reference: a model would be compiled again for each status of each route, during cold start.
_ERROR = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorView"}}}
_FRAME_ERRORS = {429: "RATE_LIMIT_EXCEEDED", 500: "INTERNAL_ERROR", 503: "SERVICE_UNAVAILABLE"}


class Route(APIRoute):
    """A route that authorises before the body is read, and handles idempotency keys and the body's limit."""

    access: Access
    cost: Cost
    body_limit: BodyLimit | None = None
    events: Mapping[str, type[BaseModel]] = {}

    def get_route_handler(self) -> Handler:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            services: Services = request.app.state.services
            context = get_context(request.scope)
            context.route, context.cost = self.path_format, self.cost
            note_log_fields(route=self.path_format)
            if self.body_limit is not None:
                context.body_limit = self.body_limit(services.settings)
            principal = await _admit(services, context, self.access)
            request.scope["aksio.principal"] = principal
            request = StrictRequest(request.scope, request.receive)
            self._check_content_type(request)
            key = read_key(request) if request.method == "POST" else None
            if key is None:
                return await inner(request)
            context.idempotency_key = key
            try:
                claimed = await claim_key(services, request, principal, key)
                if isinstance(claimed, Response):
                    return claimed
                return await _answer_once(claimed, inner, request)
            finally:
                await request.close()  # the files of a form

        return handle

    def _check_content_type(self, request: Request) -> None:
        content_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if self.body_field is None or not content_type:
            return
        is_form = isinstance(self.body_field.field_info, Form)
        accepted = (
            content_type == "multipart/form-data" if is_form else content_type.endswith(("/json", "+json"))
        )
        if not accepted:
            required = "multipart/form-data" if is_form else "application/json"
            raise MalformedRequest(f"The body must be {required}")


async def _admit(services: Services, context: RequestContext, access: Access) -> Principal | None:
    """Authorise the caller and count the request. Raises Unauthenticated, PermissionDenied, RateLimited."""
    try:
        principal = await authorise(services, context.claims, access)
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
        **options: Any,
    ) -> Callable[[Endpoint], Endpoint]:
        """Register an endpoint under its path and aliases, documented with its cost and its errors.

        `events` are those of its stream, by name; `error` is one of every stream.
        """

        def register(endpoint: Endpoint) -> Endpoint:
            for position, each in enumerate((path, *aliases)):
                self.add_api_route(
                    each,
                    endpoint,
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
    if access.roles:
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
