"""Characters that mean something in GIFT, and how they are escaped (docs.moodle.org, "GIFT format")."""

import re

_SPECIAL = ":#={}~\\"
_HIDDEN = {special: chr(0xFDD0 + place) for place, special in enumerate((*_SPECIAL, "\n"))}  # no characters
_ESCAPE = re.compile(r"\\([:#={}~n\\])")
_RESERVED = re.compile(r"[:#={}~\\\n]")
_NOT_TEXT = re.compile(f"[{chr(0xFDD0)}-{chr(0xFDD0 + len(_SPECIAL))}]")
_SHOWN = {ord(hidden): special for special, hidden in _HIDDEN.items()}


def hidden(text: str) -> str:
    """The text with what is escaped out of the parser's sight."""
    return _ESCAPE.sub(lambda found: _HIDDEN["\n" if found[1] == "n" else found[1]], _NOT_TEXT.sub("", text))


def shown(text: str) -> str:
    """The text with what was hidden as it is meant."""
    return text.translate(_SHOWN)


def escaped(text: str) -> str:
    """The text so that GIFT reads it as it stands, on one line."""
    plain = _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _RESERVED.sub(lambda found: "\\n" if found[0] == "\n" else f"\\{found[0]}", plain)
