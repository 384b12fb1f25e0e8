"""Reducing HTML to plain text, since questions are plain text."""

import html
import re

_BLOCK_TAGS = (
    "address", "article", "blockquote", "br", "center", "dd", "div", "dl", "dt", "figure", "h1", "h2", "h3",
    "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul",
)  # fmt: skip
_HIDDEN_TAGS = ("head", "iframe", "noscript", "object", "script", "style", "svg", "template", "title")
_INLINE_TAGS = (
    "a", "abbr", "audio", "b", "big", "body", "button", "caption", "cite", "code", "col", "colgroup", "del",
    "em", "embed", "font", "form", "html", "i", "img", "input", "ins", "kbd", "label", "link", "mark", "meta",
    "q", "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup", "tbody", "td", "tfoot",
    "th", "thead", "tt", "u", "var", "video", "wbr",
)  # fmt: skip

# Known names only, and those of one letter only with attributes that have values: "a<b and b>c" has no tag.
# Repetitions are bounded, so that matching takes time linear in the length of the text.
_TAG = re.compile(
    rf"<(/?)({'|'.join((*_BLOCK_TAGS, *_HIDDEN_TAGS, *_INLINE_TAGS))})"
    r"(?:\s{0,9}/?|\s+[\w:-]{1,40}\s{0,9}=[^<>]{0,2000}|(?<=\w\w)\s[^<>]{0,2000})>",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--[^<>]{0,2000}-->")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_AROUND_BLOCK_TAGS = re.compile(r"(?<! ) *+\n[ \n]*+")


def is_markup(text: str) -> bool:
    """Return True where the text has at least one HTML tag."""
    return _TAG.search(text) is not None


def extract_text(markup: str) -> str:
    """Return the visible text of the HTML, with a line for each block."""
    parts: list[str] = []
    hidden_tag = ""
    position = 0
    markup = _COMMENT.sub(" ", markup)
    for tag in _TAG.finditer(markup):
        closing, name = bool(tag[1]), tag[2].lower()
        if not hidden_tag:
            parts.append(_unescape(markup[position : tag.start()]))
            parts.append("\n" if name in _BLOCK_TAGS else " " if name in ("td", "th") else "")
        if name in _HIDDEN_TAGS and not hidden_tag and not closing and not tag[0].endswith("/>"):
            hidden_tag = name
        elif closing and name == hidden_tag:
            hidden_tag = ""
        position = tag.end()
    if not hidden_tag:
        parts.append(_unescape(markup[position:]))
    return trim_lines("".join(parts))


def trim_lines(text: str) -> str:
    """Return the text without spaces around line breaks, empty lines, and spaces at the ends."""
    return _AROUND_BLOCK_TAGS.sub("\n", text).strip()


def collapse_spaces(text: str) -> str:
    """Return the text with one space for each run of white space, as XHTML shows it."""
    return _SPACES.sub(" ", text)


def _unescape(text: str) -> str:
    return html.unescape(collapse_spaces(text))
