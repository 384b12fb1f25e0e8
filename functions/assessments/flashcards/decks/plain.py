"""Anki's fields are HTML, cards are plain text with a little Markdown: from one to the other and back."""

import html
import re

LONGEST_HTML = 65_536  # characters of one field or side

_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
_TAG_START = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,30})[\s>]")
_LONGEST_TAG = 1000
_ATTRIBUTE = re.compile(r"""([A-Za-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_KEPT_BLANK = re.compile(r" (?= )|^ ", re.MULTILINE)
_BLANK = re.compile(r"[ \t\r\n\f]+")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")

_SILENT = frozenset({"script", "style", "template", "head", "noscript", "iframe", "object"})
_LINES = frozenset(
    {"address", "article", "blockquote", "br", "center", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4",
     "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul"}
)  # fmt: skip
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_IMAGE = re.compile(r"!\[[^\]\n]*\]\(<?([^()<>\n]+)>?\)")
_SOUND = re.compile(r"\[sound:([^\]\n]+)\]")


def plain(markup: str) -> str:
    """The words of HTML with their lines, lists, emphasis and references to media; nothing that acts."""
    parts: list[str] = []
    silent = ""
    for words, closing, name, attributes in _pieces(markup):
        if not silent and words:
            parts.append(_BLANK.sub(" ", html.unescape(words)))
        if silent:
            silent = "" if closing and name == silent else silent
        elif name in _SILENT:
            silent = "" if closing else name
        else:
            parts.append(_shown(name, attributes, closing=bool(closing)))
    return _tidy("".join(parts))


def visible(text: str) -> str:
    """The text without characters that nothing can show or store."""
    return _INVISIBLE.sub("", text)


def storable(text: str) -> str:
    """The text without what no store takes."""
    return _UNSTORABLE.sub("", text)


def markup(text: str) -> str:
    """Plain text as HTML that shows, and reads back, the same; media stay references."""
    escaped = _KEPT_BLANK.sub("&nbsp;", html.escape(text, quote=False)).replace("\n", "<br>")
    return _IMAGE.sub(lambda found: f'<img src="{html.escape(html.unescape(found[1]))}">', escaped)


def media_names(text: str) -> list[str]:
    """The files that the plain text of a card names, each once."""
    return list(dict.fromkeys([*_IMAGE.findall(text), *_SOUND.findall(text)]))


def _pieces(text: str) -> list[tuple[str, str, str, str]]:
    """Words, and the tag after them: whether it closes, its name and attributes. In one pass: what is no tag
    is words."""
    found: list[tuple[str, str, str, str]] = []
    words_from = position = 0
    while (position := text.find("<", position)) >= 0:
        tag, end = _tag_at(text, position)
        if tag is None:
            position += 1
            continue
        found.append((text[words_from:position], *tag))
        words_from = position = end
    found.append((text[words_from:], "", "", ""))
    return found


def _tag_at(text: str, start: int) -> tuple[tuple[str, str, str] | None, int]:
    if text.startswith(("<!", "<?"), start):
        mark = "-->" if text.startswith("<!--", start) else ">"
        end = text.find(mark, start)
        return ("", "", ""), len(text) if end < 0 else end + len(mark)
    match = _TAG.match(text, start, start + _LONGEST_TAG)
    if match:
        return (match[1], match[2].lower(), match[3]), match.end()
    if (long := _TAG_START.match(text, start)) and (end := text.find(">", start + _LONGEST_TAG)) >= 0:
        return (long[1], long[2].lower(), ""), end + 1
    return None, start


def _shown(name: str, attributes: str, *, closing: bool) -> str:
    if name in _MARKS:
        return f"\x00{_MARKS[name]}"
    if name == "li" and not closing:
        return "\n- "
    if name in _LINES:
        return "\n" if not closing or name != "li" else ""
    if name in ("td", "th"):
        return " " if closing else ""
    return _image(attributes) if name == "img" else ""


def _image(attributes: str) -> str:
    given = {key.lower(): html.unescape(a or b or c) for key, a, b, c in _ATTRIBUTE.findall(attributes)}
    source, words = given.get("src", "").strip(), _BLANK.sub(" ", given.get("alt", ""))
    if not source or source.startswith("data:"):
        return words
    if ":" in source or source.startswith("//"):
        return f"{words} ({source})"  # of somebody else's server: its words, but nothing that loads it
    return f"![{words.replace('[', '(').replace(']', ')')}]({source})"


def _tidy(text: str) -> str:
    """Emphasis around something only, no blanks at the ends of lines, no more than one empty line."""
    for mark in ("\x00**", "\x00*"):
        text = re.sub(rf"{re.escape(mark)}(\s*){re.escape(mark)}", r"\1", text)
    lines = [line.strip(" ").replace("\xa0", " ").rstrip() for line in visible(text).split("\n")]
    kept = [line for position, line in enumerate(lines) if line or (position and lines[position - 1])]
    return "\n".join(kept).strip()
