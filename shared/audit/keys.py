"""The secret keys of the audit log's hashes. They are settings, never in the store."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any


class UnknownKey(Exception):
    """A hash was made with a key that is not configured."""


class AuditKeys:
    """The key that signs, first, and earlier ones that only verify. Each is known by a short id."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """Take the secrets, the current one first. Raises ValueError without any."""
        if not secrets:
            raise ValueError("the audit log needs a key: set AUDIT_KEYS")
        self._secrets = {_build_id(secret): secret.encode() for secret in secrets}
        self.current = _build_id(secrets[0])

    def sign(self, purpose: str, content: Any, *, key: str | None = None) -> str:
        """Return the HMAC-SHA-256 of JSON content, by default with the current key. Raises UnknownKey."""
        secret = self._secrets.get(key or self.current)
        if secret is None:
            raise UnknownKey(key)
        text = json.dumps([purpose, content], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return hmac.new(secret, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()

    def verify(self, purpose: str, content: Any, *, key: str, signature: str) -> bool:
        """Tell whether the signature belongs to the content; never with an unknown key."""
        try:
            expected = self.sign(purpose, content, key=key)
        except UnknownKey:
            return False
        return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogatepass"))


def _build_id(secret: str) -> str:
    return hashlib.sha256(f"audit key\n{secret}".encode()).hexdigest()[:8]
