"""Signed links to the folder's objects: each allows one operation on one key until it expires."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.errors import PermissionDenied

_PURPOSE = "object link"


class LinkRefused(PermissionDenied):
    """The link was changed, has expired, or is for something else (403)."""

    message = "This link is not valid or has expired; ask for a new one"


@dataclass(frozen=True)
class Grant:
    """The operation that a link allows; `expires` is in seconds since 1970.

    `size` and `content_type` restrict an upload; `download_name` is for a download.
    """

    method: str
    key: str
    expires: int
    size: int = 0  # bytes
    content_type: str = ""
    download_name: str = ""


def sign_query(grant: Grant, secret: str) -> dict[str, str]:
    """Return the signed query parameters of a link with this grant."""
    size = str(grant.size) if grant.method == "PUT" else ""
    optional = {"name": grant.download_name, "size": size, "type": grant.content_type}
    return {
        "expires": str(grant.expires),
        **{name: value for name, value in optional.items() if value},
        "signature": _sign(grant, secret),
    }


def verify_query(method: str, key: str, query: Mapping[str, str], *, secret: str, now: datetime) -> Grant:
    """Return the grant of a request. Raises LinkRefused."""
    try:
        grant = Grant(
            method=method,
            key=key,
            expires=int(query.get("expires", "")),
            size=int(query.get("size", "0")),
            content_type=query.get("type", ""),
            download_name=query.get("name", ""),
        )
        genuine = hmac.compare_digest(_sign(grant, secret).encode(), query.get("signature", "").encode())
    except ValueError as error:
        raise LinkRefused from error
    if not genuine or now.timestamp() >= grant.expires:
        raise LinkRefused
    return grant


def _sign(grant: Grant, secret: str) -> str:
    """Sign every field by HMAC-SHA256, as JSON so that no two grants are alike."""
    message = json.dumps(
        [
            _PURPOSE,
            grant.method,
            grant.key,
            grant.expires,
            grant.size,
            grant.content_type,
            grant.download_name,
        ]
    )
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()
