"""References to media in the plain text of cards: `![words](name)` for pictures, `[sound:name]` for the rest.

A name is percent-encoded as far as it must be: `![](50%25.png)`; one with parentheses stands in `<…>`.
"""

import html
import re
import unicodedata
from urllib.parse import unquote

# What only begins like a reference matches without the group, up to where it failed: no text is read twice.
_IMAGE = re.compile(
    r"!\[([^\]\n]*+)(\](?:\(<([^<>\n]+)>\)|\(([^()<>\n]++(?:\([^()<>\n]*+\)[^()<>\n]*+)*+)\))|)"
)
_SOUND = re.compile(r"\[sound:([^\]\n]*+)(\]?)")
_AMBIGUOUS_PERCENT = re.compile(r"%(?=[0-9A-Fa-f]{2})")
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ELSEWHERE = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")


def is_elsewhere(source: str) -> bool:
    """Return whether the source of a picture or sound is on another server, not a file of the deck."""
    return _ELSEWHERE.match(source) is not None


def format_image(source: str, words: str) -> str:
    """Return the reference to the picture with this source, which is percent-encoded as in HTML."""
    name = _AMBIGUOUS_PERCENT.sub("%25", decode_name(source))
    name = name.replace("<", "%3C").replace(">", "%3E").replace("\n", " ")
    place = f"<{name}>" if "(" in name or ")" in name else name
    return f"![{words.replace('[', '(').replace(']', ')')}]({place})"


def decode_name(name: str) -> str:
    """Return the file name that a source or a reference names."""
    return normalize_name(unquote(name))


def normalize_name(name: str) -> str:
    """Return the name in the composed form that Anki gives to files, whatever system they came from."""
    return unicodedata.normalize("NFC", name)


def list_media_names(text: str) -> list[str]:
    """Return the names of files in the plain text of a card, each once."""
    images = [decode_name(found[3] or found[4]) for found in _IMAGE.finditer(text) if found[2]]
    sounds = [found[1] for found in _SOUND.finditer(text) if found[1] and found[2]]
    return list(dict.fromkeys([*images, *sounds]))


def build_images(text: str) -> str:
    """Return plain text as HTML in which references to pictures are pictures, and `<>&` are escaped."""
    out: list[str] = []
    position = 0
    for found in _IMAGE.finditer(text):
        if not found[2]:
            continue
        out += [html.escape(text[position : found.start()], quote=False), _build_image(found)]
        position = found.end()
    return "".join([*out, html.escape(text[position:], quote=False)])


def _build_image(found: re.Match[str]) -> str:
    source = _PERCENT.sub("%25", found[3] or found[4]).replace("#", "%23").replace("?", "%3F")
    words = f' alt="{html.escape(found[1])}"' if found[1] else ""
    return f'<img src="{html.escape(source)}"{words}>'
