"""Conversion between HTML, as in Anki's fields, and plain text with a little Markdown, as on cards."""

import html
import re

MAX_HTML_CHARS = 65_536  # of one field or side

_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
_TAG_START = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,30})[\s>]")
_MAX_TAG_CHARS = 1000
_ATTRIBUTE = re.compile(r"""(?<![A-Za-z-])([A-Za-z-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_SIGNIFICANT_BLANK = re.compile(r" (?= )|^ ", re.MULTILINE)
_BLANK = re.compile(r"[ \t\r\n\f]+")
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")

_SILENT = frozenset({"script", "style", "template", "head", "noscript", "iframe", "object"})
_LINES = frozenset(
    {"address", "article", "blockquote", "br", "center", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4",
     "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul"}
)  # fmt: skip
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
# What only begins like a reference matches without the group, up to where it failed: no text is read twice.
_IMAGE = re.compile(r"!\[[^\]\n]*+(?:\]\(<?([^()<>\n]+)>?\))?")
_SOUND = re.compile(r"\[sound:([^\]\n]*+)(\]?)")


def to_plain(source: str) -> str:
    """Return the text of HTML with its lines, lists, emphasis and references to media."""
    parts: list[str] = []
    silent = ""
    for words, closing, name, attributes in _split_tags(source):
        if not silent and words:
            parts.append(_BLANK.sub(" ", html.unescape(words)))
        if silent:
            silent = "" if closing and name == silent else silent
        elif name in _SILENT:
            silent = "" if closing else name
        else:
            parts.append(_render_tag(name, attributes, closing=bool(closing)))
    return _clean_lines("".join(parts))


def strip_controls(text: str) -> str:
    """Return the text without control characters and surrogates, but with tabs and newlines."""
    return _CONTROLS.sub("", text)


def strip_unstorable(text: str) -> str:
    """Return the text without characters that no store accepts."""
    return _UNSTORABLE.sub("", text)


def to_html(text: str) -> str:
    """Return plain text as HTML that looks, and reads back, the same; media stay references."""
    escaped = _SIGNIFICANT_BLANK.sub("&nbsp;", html.escape(text, quote=False)).replace("\n", "<br>")
    return _IMAGE.sub(_build_image, escaped)


def list_media_names(text: str) -> list[str]:
    """Return the names of files in the plain text of a card, each once."""
    images = [found[1] for found in _IMAGE.finditer(text) if found[1]]
    sounds = [found[1] for found in _SOUND.finditer(text) if found[1] and found[2]]
    return list(dict.fromkeys([*images, *sounds]))


def _build_image(found: re.Match[str]) -> str:
    return f'<img src="{html.escape(html.unescape(found[1]))}">' if found[1] else found[0]


def _split_tags(text: str) -> list[tuple[str, str, str, str]]:
    """Return words with the tag after them: `/` if it closes, its name, its attributes.

    One pass; what is no tag counts as words.
    """
    pieces: list[tuple[str, str, str, str]] = []
    words_from = position = 0
    while (position := text.find("<", position)) >= 0:
        tag, end = _match_tag(text, position)
        if tag is None:
            position += 1
            continue
        pieces.append((text[words_from:position], *tag))
        words_from = position = end
    pieces.append((text[words_from:], "", "", ""))
    return pieces


def _match_tag(text: str, start: int) -> tuple[tuple[str, str, str] | None, int]:
    if text.startswith(("<!", "<?"), start):
        mark = "-->" if text.startswith("<!--", start) else ">"
        end = text.find(mark, start)
        return ("", "", ""), len(text) if end < 0 else end + len(mark)
    match = _TAG.match(text, start, start + _MAX_TAG_CHARS)
    if match:
        return (match[1], match[2].lower(), match[3]), match.end()
    if (long := _TAG_START.match(text, start)) and (end := text.find(">", start + _MAX_TAG_CHARS)) >= 0:
        return (long[1], long[2].lower(), ""), end + 1
    return None, start


def _render_tag(name: str, attributes: str, *, closing: bool) -> str:
    if name in _MARKS:
        return f"\x00{_MARKS[name]}"
    if name == "li" and not closing:
        return "\n- "
    if name in _LINES:
        return "\n" if not closing or name != "li" else ""
    if name in ("td", "th"):
        return " " if closing else ""
    return _render_image(attributes) if name == "img" else ""


def _render_image(attributes: str) -> str:
    values = {key.lower(): html.unescape(a or b or c) for key, a, b, c in _ATTRIBUTE.findall(attributes)}
    source, words = values.get("src", "").strip(), _BLANK.sub(" ", values.get("alt", ""))
    if not source or source.startswith("data:"):
        return words
    if ":" in source or source.startswith("//"):
        return f"{words} ({source})"  # on another server: keep the words, load nothing
    return f"![{words.replace('[', '(').replace(']', ')')}]({source})"


def _clean_lines(text: str) -> str:
    """Drop empty emphasis, blanks at the ends of lines, and all but one of several empty lines."""
    for mark in ("\x00**", "\x00*"):
        text = re.sub(rf"{re.escape(mark)}(\s*){re.escape(mark)}", r"\1", text)
    lines = [line.strip(" ").replace("\xa0", " ").rstrip() for line in strip_controls(text).split("\n")]
    cleaned = [line for position, line in enumerate(lines) if line or (position and lines[position - 1])]
    return "\n".join(cleaned).strip()
