"""Markup of generated texts: detection of what could act where it is shown, and removal of links."""

import html
import re
import unicodedata

from shared.text.folding import fold_text
from shared.text.invisible import strip_invisible

_ACTIVE = re.compile(
    r"<\s*/?\s*(?:script|iframe|frame|object|embed|applet|style|link|meta|base|form|input|button|textarea|select"
    r"|svg|math|img|image|picture|video|audio|source|track|template|portal|dialog|marquee|body|html|head|a)"
    r"(?:[\s/>]|$)"
    r"|<!--|<!\[CDATA|<!doctype|<\?xml"
    r"|\\(?:href|url|includegraphics|html(?:Class|Id|Style|Data)|input|include|write18|immediate|openout"
    r"|catcode|newcommand|renewcommand|[egx]?def|let)(?![A-Za-z])"  # typesetting that loads or redefines
    r"|^[^\S\n]*+\[[^\]\n]+\]:\s*\S"  # the target of a Markdown reference
    r"|^[=+\-@]\s*(?-i:[A-Z]{2,})\s*\(|^(?:[=+@]\s*|-)\w+\|"  # a formula in a spreadsheet
    r"|(?:java|vb)script:\S|[(<\"'=]\s*(?:java|vb)script\s*:|data:[\w/+.-]*(?:html|xml|script|svg|base64)",
    re.IGNORECASE | re.MULTILINE,
)
_ELEMENT = re.compile(r"<\s*+[a-z][\w:-]*+\s", re.IGNORECASE)
_ADDRESS = r"(?:[a-z][a-z0-9+.-]*:|//|/|\.{1,2}/|www\.|#)[^()\s]*(?:\([^()\s]*\)[^()\s]*)*"
_TARGET = rf"\(\s*<?{_ADDRESS}>?(?:\s+[\"'][^)]{{0,300}})?\s*\)"
_LINK = re.compile(r"!?\[([^\[\]]*)\]" + _TARGET, re.IGNORECASE)
_AUTOLINK = re.compile(r"<((?:https?|ftp)://[^<>\s]*|mailto:[^<>\s]*)>", re.IGNORECASE)
_IMAGE = re.compile(r"!\[[^\]]*+(\]\s*+[(\[])?")  # without the group it only begins like an image
_DECEPTIVE = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_SEPARATORS = re.compile(r"[\s<>\"'()\[\]{},;|]+")
_AFTER_HOST = re.compile(r"[/:?#]")
_TOP_LEVELS = frozenset({"com", "net", "org", "info", "biz", "xyz", "top", "ru", "cn"})
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")


def is_unsafe(text: str) -> bool:
    """Return whether a program that shows the text, or its entities, could run or load something."""
    readings = (text, html.unescape(text), fold_text(text), fold_text(html.unescape(html.unescape(text))))
    return any(_ACTIVE.search(reading) or _has_attributes(reading) for reading in readings)


def _has_attributes(text: str) -> bool:
    """Tell whether any element has attributes: handlers, styles, addresses."""
    for part in text.split(">"):
        element = _ELEMENT.search(part)
        if element and "=" in part[element.end() :]:
            return True
    return False


def has_images(text: str) -> bool:
    """Return whether Markdown would fetch an image to show the text."""
    return any(found[1] for found in _IMAGE.finditer(text))


def has_deceptive_characters(text: str) -> bool:
    """Return whether characters reverse the order in which the text is shown, or hide text in it."""
    return bool(_DECEPTIVE.search(text))


def find_addresses(text: str) -> frozenset[str]:
    """Return the web and mail addresses that the text names, without their scheme."""
    words = (word.strip(".:!?*_`") for word in _SEPARATORS.split(fold_text(text).casefold()))
    return frozenset(_strip_scheme(word) for word in words if _is_address(word))


def _strip_scheme(address: str) -> str:
    return (address.partition("://")[2] or address).strip("/")


def _is_address(word: str) -> bool:
    host = _AFTER_HOST.split(word, maxsplit=1)[0]
    name, _, top_level = host.rpartition(".")
    mailbox, _, domain = word.partition("@")
    return (
        "://" in word
        or word.startswith("www.")
        or (word.startswith("//") and "." in word)
        or bool(mailbox and "." in domain)
        or bool(name and top_level in _TOP_LEVELS)
    )


def clean_text(text: str) -> str:
    """Return the text with visible characters only, single spaces, and the words of its links and images."""
    text = unicodedata.normalize("NFC", strip_invisible(text))
    text = _AUTOLINK.sub(r"\1", _LINK.sub(r"\1", text))
    return _LINES.sub("\n", _BLANKS.sub(" ", text)).strip()
