"""Requests to addresses from users. Nothing else in the product may connect to one."""

from shared.net.errors import AddressRefused, FetchFailed, FetchTooLarge
from shared.net.fetch import Fetched, Posted, fetch, post
from shared.net.guard import ParsedUrl, check_url, is_public
from shared.net.transport import GuardedTransport

__all__ = [
    "AddressRefused",
    "FetchFailed",
    "FetchTooLarge",
    "Fetched",
    "GuardedTransport",
    "ParsedUrl",
    "Posted",
    "check_url",
    "fetch",
    "is_public",
    "post",
]
