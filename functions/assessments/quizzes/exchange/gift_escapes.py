"""The special characters of GIFT and how they are escaped (docs.moodle.org, "GIFT format")."""

import re

_SPECIAL = ":#={}~\\"
_HIDDEN = {special: chr(0xFDD0 + place) for place, special in enumerate((*_SPECIAL, "\n"))}  # noncharacters
_ESCAPE = re.compile(r"\\([:#={}~n\\])")
_RESERVED = re.compile(r"[:#={}~\\\n]")
_NONCHARACTERS = re.compile(f"[{chr(0xFDD0)}-{chr(0xFDD0 + len(_SPECIAL))}]")
_SHOWN = {ord(hidden): special for special, hidden in _HIDDEN.items()}


def hide_escapes(text: str) -> str:
    """Return the text with escaped characters replaced, so that a parser does not see them."""
    plain = _NONCHARACTERS.sub("", text)
    return _ESCAPE.sub(lambda match: _HIDDEN["\n" if match[1] == "n" else match[1]], plain)


def restore_escapes(text: str) -> str:
    """Return the text with the characters that `hide_escapes` replaced."""
    return text.translate(_SHOWN)


def escape(text: str) -> str:
    """Return the text on one line with its special characters escaped."""
    plain = _NONCHARACTERS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _RESERVED.sub(lambda match: "\\n" if match[0] == "\n" else f"\\{match[0]}", plain)
