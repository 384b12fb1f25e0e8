"""References to media in the plain text of cards: `![words](name)` for pictures, `[sound:name]` for the rest.

A name stands as it is, not percent-encoded, as in Anki; one with parentheses stands in `<…>`.
"""

import html
import re
import unicodedata
from collections.abc import Container
from urllib.parse import unquote

# What only begins like a reference matches without the group, up to where it failed: no text is read twice.
_IMAGE = re.compile(
    r"!\[([^\]\n]*+)(\](?:\(<([^<>\n]+)>\)|\(([^()<>\n]++(?:\([^()<>\n]*+\)[^()<>\n]*+)*+)\))|)"
)
_SOUND = re.compile(r"\[sound:([^\]\n]*+)(\]?)")
_ELSEWHERE = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*:|//)")


def is_elsewhere(source: str) -> bool:
    """Return whether the source of a picture or sound is on another server, not a file of the deck."""
    return _ELSEWHERE.match(source) is not None


def format_image(name: str, words: str) -> str:
    """Return the reference to the picture in the file of this name."""
    bare = name.replace("<", "").replace(">", "").replace("\n", " ")
    place = f"<{bare}>" if "(" in bare or ")" in bare else bare
    return f"![{words.replace('[', '(').replace(']', ')')}]({place})"


def resolve_name(source: str, files: Container[str]) -> str:
    """Return the file that a source in HTML names.

    Anki takes a source for the name as it stands; decks of other programs have it percent-encoded.
    """
    name = normalize_name(source.strip())
    decoded = normalize_name(unquote(name))
    return decoded if name not in files and decoded in files else name


def normalize_name(name: str) -> str:
    """Return the name in the composed form that Anki gives to files, whatever system they came from."""
    return unicodedata.normalize("NFC", name)


def list_media_names(text: str) -> list[str]:
    """Return the names of files in the plain text of a card, each once."""
    images = [normalize_name(found[3] or found[4]) for found in _IMAGE.finditer(text) if found[2]]
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
    words = f' alt="{html.escape(found[1])}"' if found[1] else ""
    return f'<img src="{html.escape(found[3] or found[4])}"{words}>'
