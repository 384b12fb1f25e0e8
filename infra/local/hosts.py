"""Answer the stack's own doors, `/_local/…`, to its own host alone.

A page whose name was pointed at 127.0.0.1 reaches the stack through a visitor's browser; the name in the
Host header gives it away.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.settings import Settings

LOCAL_PATHS = "/_local"
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class OwnHost:
    """An ASGI application that refuses local paths under any other name than the stack's (421)."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        own = {settings.host.lower(), _parse_name(urlsplit(settings.base_url).netloc)}
        self._names = (_LOOPBACK_NAMES | own) - {""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._is_refused(scope):
            response = PlainTextResponse("This address answers its own host only", status_code=421)
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_refused(self, scope: Scope) -> bool:
        path: str = scope["path"]
        if path != LOCAL_PATHS and not path.startswith(f"{LOCAL_PATHS}/"):
            return False
        hosts = Headers(scope=scope).getlist("host")
        return len(hosts) != 1 or _parse_name(hosts[0]) not in self._names


def _parse_name(host: str) -> str:
    """Return the name of `name:port` in lower case, of an IPv6 address without its brackets."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
