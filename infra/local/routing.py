"""Which application answers a path."""

from collections.abc import Iterable, Mapping

from starlette.types import ASGIApp, Receive, Scope, Send


class ByPrefix:
    """An ASGI application over others: a mounted one sees its paths without their prefix; of the rest, the
    one with the longest prefix of the path answers, or `otherwise`."""

    def __init__(
        self, mounts: Mapping[str, ASGIApp], apps: Iterable[tuple[str, ASGIApp]], *, otherwise: ASGIApp
    ) -> None:
        self._mounts = dict(mounts)
        self._apps = sorted(apps, key=lambda item: len(item[0]), reverse=True)
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        for prefix, app in self._mounts.items():
            if path.startswith(prefix):
                inner = {**scope, "path": path.removeprefix(prefix) or "/", "root_path": prefix}
                await app(inner, receive, send)
                return
        await self._app_for(path)(scope, receive, send)

    def _app_for(self, path: str) -> ASGIApp:
        whole = path if path.endswith("/") else f"{path}/"
        return next((app for prefix, app in self._apps if whole.startswith(prefix)), self._otherwise)
