"""Rate limits, counted in the memory of each instance; the edge counts for all instances together."""

import ipaddress
import math
import time
from dataclasses import dataclass

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from shared.errors import RateLimited
from shared.identity import AccessClaims
from shared.settings import Settings


@dataclass(frozen=True)
class Window:
    """The state of a caller's limit; `reset` in seconds."""

    limit: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


class RateLimits:
    """Limits per minute: by user where the token is valid, else by address."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._user = RateLimitItemPerMinute(settings.rate_limit_user_per_minute)
        self._anonymous = RateLimitItemPerMinute(settings.rate_limit_anonymous_per_minute)
        self._trusted = settings.trusted_proxies

    def count(self, request: Request, claims: AccessClaims | None) -> tuple[Window, bool]:
        """Count a request; return the state of the caller's limit and whether the request is allowed."""
        item = self._user if claims else self._anonymous
        key = f"user:{claims.user_id}" if claims else f"address:{_mask_network(self._find_address(request))}"
        allowed = self._limiter.hit(item, key)
        stats = self._limiter.get_window_stats(item, key)
        seconds = max(1, math.ceil(stats.reset_time - time.time()))  # on the limiter's own clock
        return Window(item.amount, max(0, stats.remaining), seconds), allowed

    def _find_address(self, request: Request) -> str:
        """Return the caller's address; X-Forwarded-For is trusted from the right, one entry per own proxy."""
        lines = ",".join(request.headers.getlist("X-Forwarded-For"))  # the caller may send the header too
        forwarded = [part.strip() for part in lines.split(",") if part.strip()]
        if self._trusted and len(forwarded) >= self._trusted:
            return forwarded[-self._trusted]
        return request.client.host if request.client else "unknown"


def build_refusal(window: Window) -> RateLimited:
    return RateLimited(retry_after=window.reset)


def _mask_network(address: str) -> str:
    """Return the network that is counted: of IPv6 a /64, since one user has all of it."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    prefix = 64 if parsed.version == 6 else 32
    return str(ipaddress.ip_network((parsed, prefix), strict=False))
