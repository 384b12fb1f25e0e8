"""Route each request to the application of the group that owns its path."""

from collections.abc import Iterable, Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from infra.groups import GroupEntry
from infra.routes import Routes

INTERNAL = "/_local/internal"


class PathRouter:
    """An ASGI application over others.

    A mounted one sees its paths without their prefix; any other path goes to the target of its route, or to
    `fallback`.
    """

    def __init__(self, mounts: Mapping[str, ASGIApp], routes: Routes[ASGIApp], *, fallback: ASGIApp) -> None:
        self._mounts = dict(mounts)
        self._routes = routes
        self._fallback = fallback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        for prefix, app in self._mounts.items():
            if path == prefix or path.startswith(f"{prefix}/"):
                await app(_below(prefix, scope), receive, send)
                return
        app = self._routes.find(path) or self._fallback
        await app(scope, receive, send)


def _below(prefix: str, scope: Scope) -> Scope:
    path = scope["path"].removeprefix(prefix) or "/"
    raw_path = scope["raw_path"].removeprefix(prefix.encode()) or b"/"
    return {**scope, "path": path, "raw_path": raw_path, "root_path": prefix}


def route_groups(
    groups: Iterable[GroupEntry],
    apps: Mapping[str, ASGIApp],
    mounts: Mapping[str, ASGIApp],
    *,
    fallback: str,
) -> PathRouter:
    """Route to the groups' `apps` as the load balancer does.

    Internal groups, which it does not reach, are mounted at `/_local/internal/<group>` for their invokers.
    """
    groups = tuple(groups)
    internal = {f"{INTERNAL}/{group.name}": apps[group.name] for group in groups if group.internal}
    routes = Routes((path, apps[group.name]) for group in groups for path in group.paths)
    return PathRouter({**mounts, **internal}, routes, fallback=apps[fallback])
