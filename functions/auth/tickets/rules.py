"""The path that a ticket is for."""

from urllib.parse import urlsplit

from shared.language import say

_NO_STREAM = say("Name the address of a stream, such as /api/v1/jobs/{{id}}/", code="invalid_address")


def find_path(address: str) -> str:
    """Return the path of an address of ours, with its last slash. Raises ValueError."""
    try:
        path = urlsplit(address).path
    except ValueError:
        raise ValueError(_NO_STREAM) from None
    if not path.startswith("/api/"):
        raise ValueError(_NO_STREAM)
    return path if path.endswith("/") else f"{path}/"
