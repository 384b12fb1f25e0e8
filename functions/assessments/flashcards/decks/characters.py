"""Characters that no store, or no line of text, may have."""

import re

_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def strip_controls(text: str) -> str:
    """Return the text without control characters and surrogates, but with tabs and newlines."""
    return text if text.isprintable() else _CONTROLS.sub("", text)


def strip_unstorable(text: str) -> str:
    """Return the text without characters that no store accepts."""
    return _UNSTORABLE.sub("", text)
