"""The public address of the local stack: each request goes to the group that owns its path."""

import hmac
import logging
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from infra.groups import GroupEntry
from infra.local.routing import route_groups
from shared.group import Group
from shared.services import Services

log = logging.getLogger(__name__)

DELIVERIES = "/_local/deliver/"


def delivery_token(services: Services) -> str:
    """Return the token that proves that a delivery comes from the worker."""
    secret = services.settings.jwt_secret.get_secret_value()
    return hmac.new(secret.encode(), b"local deliveries", "sha256").hexdigest()


class Gateway:
    """An ASGI application over the groups' applications and the stand-ins in `mounts`."""

    def __init__(
        self,
        services: Services,
        groups: Sequence[tuple[GroupEntry, Group]],
        mounts: Mapping[str, ASGIApp],
        *,
        fallback: str,
    ) -> None:
        self._services = services
        self._groups = {group.name: group for _, group in groups}
        self._token = delivery_token(services)
        self._public = route_groups(
            [entry for entry, _ in groups],
            {group.name: group.create_app(services) for _, group in groups},
            mounts,
            fallback=fallback,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(DELIVERIES):
            response = await self._deliver(Request(scope, receive))
            await response(scope, receive, send)
            return
        await self._public(scope, receive, send)

    async def _deliver(self, request: Request) -> Response:
        """Hand a delivery of the worker to its group: `/_local/deliver/<group>/events` or `…/tasks`."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            return Response(status_code=403)
        name, _, kind = request.url.path.removeprefix(DELIVERIES).partition("/")
        group = self._groups.get(name)
        if group is None:
            return Response(status_code=404)
        try:
            if kind == "tasks":
                return await group.run_task(self._services, request)
            return await group.receive(self._services, request)
        except Exception as error:  # noqa: BLE001 - logged where it was raised, with the fields of the delivery
            log.warning("delivery to %s failed: %r", name, error)
            return Response(f"{type(error).__name__}: {error}", status_code=500)
