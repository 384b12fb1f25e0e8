"""Reading HTML as plain text, since questions are plain text."""

import html
import re

from functions.assessments.quizzes.exchange.text_builder import (
    BLOCK_TAGS,
    MATH_TAGS,
    VOID_TAGS,
    TextBuilder,
)

_HIDDEN_TAGS = (
    "audio", "embed", "head", "iframe", "noscript", "object", "script", "style", "svg", "template", "title",
    "video",
)  # fmt: skip
_INLINE_TAGS = (
    "a", "abbr", "b", "big", "body", "button", "caption", "cite", "code", "col", "colgroup", "del", "em",
    "font", "form", "html", "i", "img", "input", "ins", "kbd", "label", "link", "mark", "meta", "q", "s",
    "samp", "small", "source", "span", "strike", "strong", "sub", "sup", "tbody", "td", "textarea", "tfoot",
    "th", "thead", "tt", "u", "var", "wbr",
)  # fmt: skip
_NAMES = (*sorted(BLOCK_TAGS), *_HIDDEN_TAGS, *_INLINE_TAGS, *sorted(MATH_TAGS))

# Known names only, and those of one letter only with attributes that have values: "a<b and b>c" has no tag.
# Repetitions are bounded, so that matching takes time linear in the length of the text.
_TAG = re.compile(
    rf"<(/?)(?:m:)?({'|'.join(_NAMES)})"
    r"((?:\s{0,9}/?|\s+[\w:-]{1,40}\s{0,9}=[^<>]{0,2000}|(?<=\w\w)\s[^<>]{0,2000}))>",
    re.IGNORECASE,
)
_ALT = re.compile(r"""\balt\s{0,9}=\s{0,9}(?:"([^"]{0,1000})"|'([^']{0,1000})')""", re.IGNORECASE)
_COMMENT = re.compile(r"<!--[^<>]{0,2000}-->")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def is_markup(text: str) -> bool:
    """Return True where the text has at least one HTML tag, entity or comment."""
    return bool(_TAG.search(text) or _ENTITY.search(text) or _COMMENT.search(text))


def extract_text(markup: str) -> str:
    """Return the visible text of the HTML, with a line for each block."""
    builder = TextBuilder()
    hidden_tag = ""
    position = 0
    markup = _COMMENT.sub(" ", markup)
    for tag in _TAG.finditer(markup):
        closing, name = bool(tag[1]), tag[2].lower()
        if not hidden_tag:
            builder.add_words(html.unescape(markup[position : tag.start()]))
        position = tag.end()
        if hidden_tag:
            hidden_tag = "" if closing and name == hidden_tag else hidden_tag
        elif name in _HIDDEN_TAGS:
            hidden_tag = "" if closing or tag[3].endswith("/") else name
        elif closing:
            builder.close(name)
        else:
            builder.open(name, _read_attributes(name, tag[3]))
            if tag[3].endswith("/") and name not in VOID_TAGS:
                builder.close(name)
    if not hidden_tag:
        builder.add_words(html.unescape(markup[position:]))
    return builder.finish()


def _read_attributes(name: str, attributes: str) -> dict[str, str]:
    if name != "img" or not (match := _ALT.search(attributes)):
        return {}
    return {"alt": html.unescape(match[1] or match[2] or "")}
