"""French translations by their English templates."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {}
