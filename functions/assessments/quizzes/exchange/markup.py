"""Questions are plain text: HTML is reduced to its words, and nothing of it acts."""

import html
import re

_LINES = ("address", "article", "blockquote", "br", "center", "dd", "div", "dl", "dt", "figure", "h1", "h2",
          "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul")  # fmt: skip
_SILENT = ("head", "iframe", "noscript", "object", "script", "style", "svg", "template", "title")
_PLAIN = ("a", "abbr", "audio", "b", "big", "body", "button", "caption", "cite", "code", "col", "colgroup",
          "del", "em", "embed", "font", "form", "html", "i", "img", "input", "ins", "kbd", "label", "link",
          "mark", "meta", "q", "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup",
          "tbody", "td", "tfoot", "th", "thead", "tt", "u", "var", "video", "wbr")  # fmt: skip

# Known names only, and of one letter only with attributes that have values: a<b and b>c has no tag. Bounded,
# so that no text takes longer than its length.
_TAG = re.compile(
    rf"<(/?)({'|'.join((*_LINES, *_SILENT, *_PLAIN))})"
    r"(?:\s{0,9}/?|\s+[\w:-]{1,40}\s{0,9}=[^<>]{0,2000}|(?<=\w\w)\s[^<>]{0,2000})>",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--[^<>]{0,2000}-->")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_AROUND_LINES = re.compile(r" *\n[ \n]*")


def is_markup(text: str) -> bool:
    return _TAG.search(text) is not None


def words(markup: str) -> str:
    """What a reader of the HTML sees, a line for each block."""
    parts: list[str] = []
    silent = ""
    position = 0
    markup = _COMMENT.sub(" ", markup)
    for tag in _TAG.finditer(markup):
        closing, name = bool(tag[1]), tag[2].lower()
        if not silent:
            parts.append(_inline(markup[position : tag.start()]))
            parts.append("\n" if name in _LINES else " " if name in ("td", "th") else "")
        if name in _SILENT and not silent and not closing and not tag[0].endswith("/>"):
            silent = name
        elif closing and name == silent:
            silent = ""
        position = tag.end()
    if not silent:
        parts.append(_inline(markup[position:]))
    return tidy("".join(parts))


def tidy(text: str) -> str:
    """No blanks around line breaks, no empty lines, nothing at the ends."""
    return _AROUND_LINES.sub("\n", text).strip()


def one_blank(text: str) -> str:
    """Runs of white space as XHTML shows them."""
    return _BLANKS.sub(" ", text)


def _inline(text: str) -> str:
    return html.unescape(one_blank(text))
