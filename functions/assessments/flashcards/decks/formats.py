"""Formats of decks, detected by content; the file name only tells a table from other text."""

import codecs
import re
from typing import BinaryIO, Literal

from functions.assessments.flashcards.decks.errors import NotADeck

Format = Literal["apkg", "csv", "tsv", "json"]

_HEAD_BYTES = 4096
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_MARKUP = ("<!doctype", "<html", "<?xml", "<svg", "%pdf", "{\\rtf")
_NAMES = (".csv", ".tsv", ".txt", ".json")


def detect_format(file: BinaryIO, name: str | None) -> Format:
    """Return the format; leave the file at its beginning. Raises NotADeck."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    if head.startswith(b"PK"):
        return "apkg"
    text = _decode(head)
    start = text.lstrip("﻿ \t\r\n")
    if _CONTROL.search(text) or start.lower().startswith(_MARKUP):
        raise NotADeck
    lower = (name or "").lower()
    if lower.endswith(".json") or (start.startswith("[") and not lower.endswith(_NAMES)):
        return "json"
    if not lower.endswith((".csv", ".tsv", ".txt")):
        raise NotADeck
    return "tsv" if lower.endswith(".tsv") else "csv"


def _decode(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace")
    return head.decode("utf-8", "replace")
