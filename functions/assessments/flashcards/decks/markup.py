"""Conversion between HTML, as in Anki's fields, and plain text with a little Markdown, as on cards."""

import re

from functions.assessments.flashcards.decks.html_text import read_html
from functions.assessments.flashcards.decks.media_names import build_images, list_media_names

__all__ = ["MAX_HTML_CHARS", "list_media_names", "to_html", "to_plain"]

MAX_HTML_CHARS = 65_536  # of one field or side

_SIGNIFICANT_BLANK = re.compile(r" (?= )|^ ", re.MULTILINE)


def to_plain(source: str) -> str:
    """Return the text of HTML with its lines, lists, emphasis, powers and references to media."""
    return read_html(source).text


def to_html(text: str) -> str:
    """Return plain text as HTML that looks, and reads back, the same; media stay references."""
    spaced = _SIGNIFICANT_BLANK.sub("\xa0", text.replace("\t", " \xa0 \xa0"))
    return build_images(spaced).replace("\xa0", "&nbsp;").replace("\n", "<br>")
