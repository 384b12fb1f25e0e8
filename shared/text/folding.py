"""Text folded so that a quote is found however it was typed, and mapped back to the exact source."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from shared.text.invisible import is_invisible

_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("‘’‚‛′‵´`ʹʼ", "'") | dict.fromkeys("“”„‟″‶«»", '"') | dict.fromkeys("‐‑‒–—―−﹘﹣－⁃", "-")
)


@dataclass(frozen=True)
class Folded:
    """Folded characters, each with the span of the source it came from."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @cached_property
    def loose(self) -> "Folded":
        """Without hyphens and the space after them: a word broken at a line's end becomes whole."""
        kept = [
            index
            for index, char in enumerate(self.text)
            if char != "-" and not (char == " " and index and self.text[index - 1] == "-")
        ]
        return Folded(
            "".join(self.text[index] for index in kept),
            tuple(self.starts[index] for index in kept),
            tuple(self.ends[index] for index in kept),
        )


def folded(text: str) -> str:
    """NFKC with one kind of quote, dash and space, and nothing invisible; letter case is kept."""
    return fold(text).text


def fold(text: str) -> Folded:
    """`folded`, remembering where each character came from."""
    chars: list[str] = []
    spans: list[tuple[int, int]] = []
    for start, end, piece in _pieces(text):
        for char in piece:
            if not char.isspace():
                chars.append(char)
                spans.append((start, end))
            elif chars and chars[-1] != " ":
                chars.append(" ")
                spans.append((start, end))
    if chars and chars[-1] == " ":
        chars.pop()
        spans.pop()
    return Folded("".join(chars), tuple(start for start, _ in spans), tuple(end for _, end in spans))


def find_quote(quote: str, source: str, source_folded: Folded | None = None) -> str | None:
    """The part of `source` that says what `quote` says, exactly as it stands there; None if it does not."""
    hay = source_folded or fold(source)
    needle = fold(quote)
    for trimmed in ("", "\"'. "):  # models like to put quotation marks round a quote
        for form, text in ((needle.text, hay), (needle.loose.text, hay.loose)):
            span = _span(form.strip(trimmed) if trimmed else form, text)
            if span is not None:
                return source[span[0] : span[1]]
    return None


def _span(needle: str, hay: Folded) -> tuple[int, int] | None:
    at = hay.text.find(needle) if needle else -1
    while at >= 0:
        if _whole_words(hay.text, at, at + len(needle)):
            return hay.starts[at], hay.ends[at + len(needle) - 1]
        at = hay.text.find(needle, at + 1)
    return None


def _whole_words(text: str, start: int, end: int) -> bool:
    return not (
        (start > 0 and _spells(text[start - 1]) and _spells(text[start]))
        or (end < len(text) and _spells(text[end - 1]) and _spells(text[end]))
    )


def _spells(char: str) -> bool:
    """Letters of scripts that put spaces between words, and digits."""
    return char.isdigit() or char.islower() or char.isupper()


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Base characters with their combining marks, folded one by one so that parts fold like the whole."""
    start = end = 0
    cluster = ""
    for index, char in enumerate(text):
        if is_invisible(char) and not char.isspace():
            continue
        if cluster and _continues(char) and not cluster.isspace():
            cluster += char
        else:
            if cluster:
                yield start, end, _folded_cluster(cluster)
            start, cluster = index, char
        end = index + 1
    if cluster:
        yield start, end, _folded_cluster(cluster)


@lru_cache(maxsize=4096)
def _continues(char: str) -> bool:
    first = unicodedata.normalize("NFKC", char)[0]
    return unicodedata.category(first).startswith("M") or "\u1161" <= first <= "\u11ff"


@lru_cache(maxsize=4096)
def _folded_cluster(cluster: str) -> str:
    return unicodedata.normalize("NFKC", cluster).translate(_TYPOGRAPHY)
