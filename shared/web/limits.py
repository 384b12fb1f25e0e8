"""Rate limits, counted in the memory of each instance; the edge counts for all instances together."""

import ipaddress
import math
from dataclasses import dataclass
from functools import lru_cache

from fastapi import Request

from shared.errors import RateLimited
from shared.identity import AccessClaims
from shared.settings import Settings
from shared.web.windows import MinuteCounters

_FREE_FACTOR = 10  # of the limit for callers without a token


@dataclass(frozen=True)
class Window:
    """The state of a caller's limit; `reset` in seconds."""

    limit: int
    remaining: int
    reset: int

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        return [
            (b"ratelimit-limit", b"%d" % self.limit),
            (b"ratelimit-remaining", b"%d" % self.remaining),
            (b"ratelimit-reset", b"%d" % self.reset),
        ]


class RateLimits:
    """Limits per minute: by user where the token's session is open, else by session or by address.

    A token may outlive its session, so it is counted for its user only once the session was read: whoever
    still holds the token of an ended session spends none of the user's requests.
    """

    def __init__(self, settings: Settings) -> None:
        self._counters = MinuteCounters()
        self._user = settings.rate_limit_user_per_minute
        self._free = _FREE_FACTOR * settings.rate_limit_anonymous_per_minute
        self._anonymous = settings.rate_limit_anonymous_per_minute
        self._trusted = settings.trusted_proxies

    def admit(
        self, request: Request, claims: AccessClaims | None, *, is_free: bool = False
    ) -> tuple[Window, bool]:
        """Return the state of the caller's limit and whether the request is allowed.

        Counts the request of a caller without a token; that of one with a token is counted later. A page of
        the documentation asks for several files, so such requests are `is_free`: counted apart.
        """
        if is_free:
            return self._hit(self._free, f"free:{self.find_network(request)}")
        if claims is None:
            return self._hit(self._anonymous, f"address:{self.find_network(request)}")
        for key in (_user_key(claims), _session_key(claims)):
            if self._counters.read(key)[0] >= self._user:
                return self._get_window(self._user, key), False
        return self._get_window(self._user, _user_key(claims)), True

    def count(self, claims: AccessClaims, *, is_open: bool) -> tuple[Window, bool]:
        """Count a request for the user whose session is open, else for the session that the token names."""
        return self._hit(self._user, _user_key(claims) if is_open else _session_key(claims))

    def find_network(self, request: Request) -> str:
        """Return the network of the caller's address: of IPv6 a /64, since one user has all of it."""
        return mask_network(self.find_address(request))

    def _hit(self, limit: int, key: str) -> tuple[Window, bool]:
        allowed = self._counters.add(key) <= limit
        return self._get_window(limit, key), allowed

    def _get_window(self, limit: int, key: str) -> Window:
        number, seconds = self._counters.read(key)
        return Window(limit, max(0, limit - number), max(1, math.ceil(seconds)))

    def find_address(self, request: Request) -> str:
        """Return the caller's address; X-Forwarded-For is trusted from the right, one entry per own proxy."""
        lines = ",".join(request.headers.getlist("X-Forwarded-For"))  # the caller may send the header too
        forwarded = [part.strip() for part in lines.split(",") if part.strip()]
        if self._trusted and len(forwarded) >= self._trusted:
            return forwarded[-self._trusted]
        return request.client.host if request.client else "unknown"


def build_refusal(window: Window) -> RateLimited:
    """Return the error for a caller over the limit of this window."""
    return RateLimited(retry_after=window.reset)


def _user_key(claims: AccessClaims) -> str:
    return f"user:{claims.user_id}"


def _session_key(claims: AccessClaims) -> str:
    return f"session:{claims.user_id}:{claims.session_id}"


@lru_cache(maxsize=4096)
def mask_network(address: str) -> str:
    """Return the network of an address: of IPv6 a /64, since one user has all of it."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    prefix = 64 if parsed.version == 6 else 32
    return str(ipaddress.ip_network((parsed, prefix), strict=False))
